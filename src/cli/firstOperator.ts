import type { Db } from '../db/database.js'
import { addUser, hasUsers } from '../db/users.js'
import { UserError } from '../domain/errors.js'
import { checkPassword, hashPassword } from '../web/access/password.js'
import { checkUserName } from './users.js'

/** Where a deployment says who may log in first: both from its secrets. */
const NAME = 'MAMBACAST_OPERATOR'
const PASSWORD = 'MAMBACAST_OPERATOR_PASSWORD'

/**
 * Adds the operator whom the environment names, while nobody can log in; later it changes nothing, so that a password
 * changed since stays and somebody removed stays away.
 *
 * @returns the name of whom it added.
 * @throws UserError (exit code 2) when only one of the two variables is set, or one cannot be taken.
 */
export async function addFirstOperator(db: Db, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const [given, password] = [environment[NAME], environment[PASSWORD]]
  if (!given && !password) return undefined
  if (!given || !password) throw new UserError(`${NAME} and ${PASSWORD} belong together: set both`, { exitCode: 2 })
  const name = checkUserName(given)
  checkPassword(password)
  if (await hasUsers(db)) return undefined
  const added = await addUser(db, { name, role: 'operator', passwordHash: await hashPassword(password) })
  return added ? name : undefined
}
