import type { Context, MiddlewareHandler, Next } from 'hono'
import type { Db } from '../../db/database.js'
import { feedSecret } from '../feeds/feedAddress.js'
import { problem } from '../problem.js'
import { isCrossSite } from './crossSite.js'
import { type AccessOptions, byFeedSecret, createIdentify, type Refusal } from './identify.js'
import { peerOf } from './peer.js'
import { type AccessEnv, NOBODY, type Visitor } from './visitor.js'

export interface GateOptions extends AccessOptions {
  readonly db: Db
  readonly now: () => Date
  /** A page that says why somebody is not let in. */
  readonly refuse: (c: Context, status: 403, reason: string) => Response | Promise<Response>
}

/** What everybody may see: whether the server lives, how pages look, and where to log in. */
const OPEN = /^\/(healthz|readyz|login|assets\/.*)$/
/** What everybody may do. */
const OPEN_CHANGE = /^\/(login|logout)$/
/** What everybody may do who has logged in: change what is their own. */
const OWN_CHANGE = /^\/feeds\/links(\/[^/]+\/revoke)?$/
/** What a problem is told as JSON. */
const FOR_PROGRAMS = /^\/(api(\/.*)?|feeds\/(.*\/)?large-moves\..*|metrics|events)$/
const SAFE = ['GET', 'HEAD']

/**
 * Stands before every route: reading needs a viewer, anything else an operator, and no other site may be behind a
 * change. A route that is forgotten here is closed, not open.
 */
export function gate({ db, now, refuse, ...access }: GateOptions): MiddlewareHandler<AccessEnv> {
  const identify = createIdentify(db, now, access)
  return async (c, next) => {
    const { method, path } = c.req
    const isSafe = SAFE.includes(method)
    if (isSafe && OPEN.test(path) && path !== '/login') return next()
    const secret = isSafe ? feedSecret(path) : undefined
    if (secret !== undefined) return passReader(c, next, await byFeedSecret(db, secret, now()))
    const peer = peerOf(c, access.config.trustedProxies)
    const found = await identify(c, peer)
    if ('status' in found) return deny(c, found)
    c.set('visitor', found)
    if (!isSafe && found.via !== 'token' && isCrossSite(c, peer))
      return deny(c, { status: 403, reason: 'The request comes from another site.' })
    if (!mayPass(found, isSafe, path)) return deny(c, refusalOf(found))
    await next()
    if (found.via !== 'public' && !OPEN.test(path)) keepPrivate(c)
  }

  function deny(c: Context, { status, reason }: Refusal): Response | Promise<Response> {
    c.set('visitor', c.get('visitor') ?? NOBODY)
    c.header('Cache-Control', 'no-store')
    const isPage = !FOR_PROGRAMS.test(c.req.path)
    if (status === 403) return isPage ? refuse(c, 403, reason) : problem(c, 403, 'Not allowed', reason)
    if (isPage && c.req.header('authorization') === undefined) return toLogin(c)
    c.header('WWW-Authenticate', 'Bearer')
    return problem(c, 401, 'Not logged in', reason)
  }
}

function mayPass({ via, role, mayReadMetrics }: Visitor, isSafe: boolean, path: string): boolean {
  if (isSafe ? OPEN.test(path) : OPEN_CHANGE.test(path)) return true
  if (path === '/metrics' && isSafe) return mayReadMetrics
  if (OWN_CHANGE.test(path) && (via === 'session' || via === 'header')) return true
  return isSafe ? role !== null : role === 'operator'
}

/** Lets a program read the feed whose secret address it knows, and nothing else. */
async function passReader(
  c: Context<AccessEnv>,
  next: Next,
  reader: Visitor | undefined,
): Promise<Response | undefined> {
  c.header('Cache-Control', 'no-store')
  if (!reader) return problem(c, 404, 'Not found', 'There is no such feed, or its address was revoked.')
  c.set('visitor', reader)
  await next()
}

function refusalOf({ via, role }: Visitor): Refusal {
  if (via === 'nobody' || via === 'public')
    return { status: 401, reason: 'Log in, or send a token as Authorization: Bearer.' }
  return role === null
    ? { status: 403, reason: 'The scope of this token does not cover that.' }
    : { status: 403, reason: 'Only operators may change anything here.' }
}

/** Where a part of a page is swapped in by htmx, the whole page goes to the login, and comes back to where it was. */
function toLogin(c: Context): Response {
  const isSwap = c.req.header('hx-request') !== undefined
  const shown = isSwap ? (c.req.header('hx-current-url') ?? '') : c.req.url
  const page = (isSwap || c.req.method === 'GET') && URL.canParse(shown) ? new URL(shown) : undefined
  const login = page ? `/login?${new URLSearchParams({ to: `${page.pathname}${page.search}` })}` : '/login'
  if (!isSwap) return c.redirect(login, 303)
  c.header('HX-Redirect', login)
  return c.body(null, 401)
}

/** No cache between us and the browser may keep what one visitor was shown. */
function keepPrivate(c: Context): void {
  const given = c.res.headers.get('Cache-Control')
  if (given === null) c.header('Cache-Control', 'private, no-cache')
  else if (!/\b(private|no-store)\b/.test(given))
    c.header('Cache-Control', `private, ${given.replace(/\bpublic,? */, '')}`)
  c.header('Vary', 'Cookie, Authorization', { append: true })
}
