import type { Command } from 'commander'
import { z } from 'zod'
import { addToken, allTokens, removeToken } from '../db/apiTokens.js'
import { TOKEN_SCOPES, type TokenScope } from '../domain/access.js'
import { UserError } from '../domain/errors.js'
import { newToken, secretHash } from '../web/access/secret.js'
import { table } from './forecastView.js'
import { type GlobalOptions, withSession } from './session.js'

const DAY_MS = 86_400_000

interface CreateOptions extends GlobalOptions {
  readonly scope: TokenScope[]
  readonly days?: number
}

/** Adds `tokens create | list | revoke`. */
export function addTokensCommand(program: Command): void {
  const tokens = program.command('tokens').description('Let programs use the dashboard and its API.')
  const create = tokens
    .command('create <name>')
    .description('Make a token, to be sent as Authorization: Bearer TOKEN. It is shown once.')
    .option(
      '-s, --scope <scopes>',
      'metrics: /metrics only; feeds: in the address /feeds/TOKEN/large-moves.atom or .ics; read: everything that is shown; operate: changes too',
      scopesOf,
      ['read'],
    )
    .option('-d, --days <n>', 'how long it is valid (default: until it is revoked)', daysOf)
  create.action((name: string) => createToken(name, create.optsWithGlobals()))

  const list = tokens.command('list').description('List tokens, without what would let anybody use them.')
  list.option('--json', 'print JSON').action(() => listTokens(list.optsWithGlobals()))

  const revoke = tokens.command('revoke <id>').description('Make a token useless, at once.')
  revoke.action((id: string) =>
    withSession({ ...revoke.optsWithGlobals<GlobalOptions>(), quiet: true }, async ({ database: { db } }) => {
      if (!z.uuid().safeParse(id).success || !(await removeToken(db, id)))
        throw new UserError(`no token has the id '${id}': see mambacast tokens list`, { exitCode: 2 })
      process.stdout.write(`${id}  revoked\n`)
    }),
  )
}

const createToken = (name: string, { scope: scopes, days, ...options }: CreateOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database: { db }, runContext }) => {
    const token = newToken()
    const createdAt = runContext.clock()
    const expiresAt = days === undefined ? null : new Date(createdAt.getTime() + days * DAY_MS)
    const id = await addToken(db, { name, scopes, tokenHash: secretHash(token), createdAt, expiresAt })
    process.stdout.write(`${token}\n`)
    if (scopes.includes('feeds')) process.stderr.write('Read at /feeds/TOKEN/large-moves.atom and .ics.\n')
    process.stderr.write(`Shown once. mambacast tokens revoke ${id} makes it useless.\n`)
  })

const listTokens = (options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database: { db } }) => {
    const tokens = await allTokens(db)
    if (options.json) process.stdout.write(`${JSON.stringify(tokens, null, 2)}\n`)
    else if (tokens.length === 0) process.stdout.write('no tokens yet: mambacast tokens create NAME\n')
    else {
      const day = (at: Date | null) => at?.toISOString().slice(0, 10) ?? 'never'
      const rows = tokens.map((t) => [t.id, t.name, t.scopes.join(','), day(t.createdAt), day(t.expiresAt)])
      process.stdout.write(`${table([['id', 'name', 'scopes', 'since', 'expires'], ...rows]).join('\n')}\n`)
    }
  })

function scopesOf(value: string): TokenScope[] {
  const scopes = value.split(',').map((scope) => scope.trim())
  const wrong = scopes.find((scope) => !(TOKEN_SCOPES as readonly string[]).includes(scope))
  if (wrong !== undefined)
    throw new UserError(`--scope ${wrong}: expected some of ${TOKEN_SCOPES.join(', ')}`, { exitCode: 2 })
  return scopes as TokenScope[]
}

function daysOf(value: string): number {
  if (!/^[1-9]\d{0,4}$/.test(value))
    throw new UserError(`--days ${value}: expected a whole number above 0`, { exitCode: 2 })
  return Number(value)
}
