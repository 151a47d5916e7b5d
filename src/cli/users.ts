import { type Command, Option } from 'commander'
import { addUser, allUsers, changePassword, findUser, removeUser } from '../db/users.js'
import { ROLES, type Role } from '../domain/access.js'
import { UserError } from '../domain/errors.js'
import { hashPassword } from '../web/access/password.js'
import { table } from './forecastView.js'
import { readPassword } from './readPassword.js'
import { type GlobalOptions, withSession } from './session.js'

/** As they are typed at the login, in lower case. */
const NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/

/** Adds `users add | list | password | remove`. */
export function addUsersCommand(program: Command): void {
  const users = program.command('users').description('Say who can log in to the dashboard.')
  const add = users
    .command('add <name>')
    .description('Add somebody. The password is asked for, or read from standard input.')
    .addOption(
      new Option('-r, --role <role>', 'viewers read, operators change things').choices(ROLES).default('viewer'),
    )
  add.action((name: string) => addOne(name, add.optsWithGlobals()))

  const list = users.command('list').description('List who can log in.').option('--json', 'print JSON')
  list.action(() => listUsers(list.optsWithGlobals()))

  const password = users.command('password <name>').description('Give somebody a new password, and end their sessions.')
  password.action((name: string) => setPassword(name.toLowerCase(), password.optsWithGlobals()))

  const remove = users.command('remove <name>').description('Let somebody log in no more; their sessions end at once.')
  remove.action((name: string) =>
    withSession({ ...remove.optsWithGlobals<GlobalOptions>(), quiet: true }, async ({ database: { db } }) => {
      if (!(await removeUser(db, name.toLowerCase()))) throw unknown(name)
      process.stdout.write(`${name.toLowerCase()}  removed\n`)
    }),
  )
}

/** A name as it is stored. @throws UserError (exit code 2) when it is none. */
export function checkUserName(given: string): string {
  const name = given.toLowerCase()
  if (NAME.test(name)) return name
  throw new UserError(`'${name}' is no name: letters, digits and . _ @ - are possible, 64 at most`, { exitCode: 2 })
}

async function addOne(given: string, options: GlobalOptions & { role: Role }): Promise<void> {
  const name = checkUserName(given)
  const taken = () =>
    new UserError(`there is a user ${name} already: mambacast users password ${name} gives a new password`)
  await withSession({ ...options, quiet: true }, async ({ database: { db } }) => {
    if (await findUser(db, name)) throw taken()
    const passwordHash = await hashPassword(await readPassword())
    if (!(await addUser(db, { name, role: options.role, passwordHash }))) throw taken()
    process.stdout.write(`${name}  can log in as ${options.role}\n`)
  })
}

async function setPassword(name: string, options: GlobalOptions): Promise<void> {
  await withSession({ ...options, quiet: true }, async ({ database: { db } }) => {
    if (!(await findUser(db, name))) throw unknown(name)
    const passwordHash = await hashPassword(await readPassword())
    if (!(await changePassword(db, name, passwordHash))) throw unknown(name)
    process.stdout.write(`${name}  has a new password; all sessions of ${name} are over\n`)
  })
}

const listUsers = (options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database: { db } }) => {
    const users = await allUsers(db)
    if (options.json) process.stdout.write(`${JSON.stringify(users, null, 2)}\n`)
    else if (users.length === 0) process.stdout.write('nobody can log in yet: mambacast users add NAME\n')
    else {
      const rows = users.map(({ name, role, createdAt }) => [name, role, createdAt.toISOString().slice(0, 10)])
      process.stdout.write(`${table([['name', 'role', 'since'], ...rows]).join('\n')}\n`)
    }
  })

const unknown = (name: string): UserError =>
  new UserError(`there is no user ${name}: see mambacast users list`, { exitCode: 2 })
