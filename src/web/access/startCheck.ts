import type { Config } from '../../config.js'
import type { Db } from '../../db/database.js'
import { hasAccounts } from '../../db/users.js'
import { UserError } from '../../domain/errors.js'
import { isLoopback } from './loopback.js'

/** @throws UserError (exit code 2) when others could reach a dashboard that nobody can log in to. */
export async function requireGuard(db: Db, { server, access }: Pick<Config, 'server' | 'access'>): Promise<void> {
  if (isLoopback(server.host) || access.public || access.userHeader !== undefined || (await hasAccounts(db))) return
  throw new UserError(
    `server.host is ${server.host}, where others can reach it, and nobody can log in yet. Add somebody: mambacast users add NAME --role operator. Or set access.public (anybody may read) or access.userHeader (a proxy says who it is): docs/access.md`,
    { exitCode: 2 },
  )
}
