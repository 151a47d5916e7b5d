import type { Context } from 'hono'
import type { Config } from '../../config.js'
import { findToken } from '../../db/apiTokens.js'
import type { Db } from '../../db/database.js'
import { sessionUser } from '../../db/sessions.js'
import { hasUsers } from '../../db/users.js'
import type { TokenScope } from '../../domain/access.js'
import { inTurns } from '../cache/inTurns.js'
import { isLoopback } from './loopback.js'
import type { Peer } from './peer.js'
import { secretHash } from './secret.js'
import { sessionId } from './sessionCookie.js'
import { NOBODY, type Visitor } from './visitor.js'

export interface AccessOptions {
  readonly config: Config['access']
  /** Whether the server listens where only this machine reaches it; false where a host calls a function. */
  readonly listensOnLoopback: boolean
}

/** Nobody is let in, for a reason that is worth saying. */
export interface Refusal {
  readonly status: 401 | 403
  readonly reason: string
}

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via']

/**
 * Finds out who asks: by token, by the header of a trusted proxy, by session, or because the dashboard is open to all of
 * this machine (nobody can log in yet) or to everybody (`access.public`). What is shown and wrong is never passed over.
 */
export function createIdentify(db: Db, now: () => Date, { config, listensOnLoopback }: AccessOptions) {
  const { public: isPublic, userHeader, operators } = config
  let mayBeOpen = listensOnLoopback && !isPublic && userHeader === undefined

  const readHasUsers = inTurns(() => hasUsers(db))
  /** Once there is a user it is closed for good: removing the last one must not open it. */
  const isOpen = async (): Promise<boolean> => {
    if (mayBeOpen && (await readHasUsers())) mayBeOpen = false
    return mayBeOpen
  }

  return async (c: Context, peer: Peer): Promise<Visitor | Refusal> => {
    const authorization = c.req.header('authorization')
    if (authorization !== undefined) return byToken(db, authorization, now())
    const named = userHeader && peer.isTrustedProxy ? c.req.header(userHeader)?.trim() : undefined
    if (named) {
      const role = operators.includes(named) ? 'operator' : 'viewer'
      return { via: 'header', name: named, role, mayReadMetrics: true }
    }
    const id = sessionId(c, peer)
    const user = id === undefined ? undefined : await sessionUser(db, secretHash(id), now())
    if (user) return { via: 'session', ...user, mayReadMetrics: true }
    if (isPublic) return { via: 'public', name: null, role: 'viewer', mayReadMetrics: false }
    return (await isOpen()) ? ofThisMachine(c, peer) : NOBODY
  }
}

async function byToken(db: Db, authorization: string, now: Date): Promise<Visitor | Refusal> {
  const [, secret] = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization) ?? []
  const token = secret === undefined ? undefined : await findToken(db, secretHash(secret), now)
  if (!token) return { status: 401, reason: 'The token is unknown, revoked or expired.' }
  const has = (scope: TokenScope) => token.scopes.includes(scope)
  const role = has('operate') ? 'operator' : has('read') ? 'viewer' : null
  return { via: 'token', name: token.name, role, mayReadMetrics: token.scopes.some((scope) => scope !== 'feeds') }
}

/** Who reads a feed under an address that holds that secret; undefined when it is unknown, revoked or expired. */
export async function byFeedSecret(db: Db, secret: string, now: Date): Promise<Visitor | undefined> {
  const token = await findToken(db, secretHash(secret), now)
  if (token?.scopes.includes('feeds')) return { via: 'feed', name: token.name, role: null, mayReadMetrics: false }
}

/** A name that somebody points at this machine (DNS rebinding) stays a name in the request. */
function ofThisMachine(c: Context, { origin }: Peer): Visitor | Refusal {
  if (!URL.canParse(origin) || !isLoopback(new URL(origin).hostname))
    return {
      status: 403,
      reason: 'As long as nobody can log in, the dashboard answers only under the address of this machine itself.',
    }
  if (FORWARDED.some((name) => c.req.header(name) !== undefined))
    return {
      status: 403,
      reason: 'As long as nobody can log in, nothing is answered through a proxy: see mambacast users add --help.',
    }
  return { via: 'loopback', name: null, role: 'operator', mayReadMetrics: true }
}
