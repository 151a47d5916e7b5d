import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Peer } from './peer.js'

const NAME = 'mambacast_session'

/** Over https with the prefix `__Host-`, which binds it to this host and to https; browsers refuse that over http. */
const optionsFor = ({ isHttps }: Peer) => ({
  ...(isHttps ? { prefix: 'host' as const, secure: true } : {}),
  path: '/',
})

/** The session that the browser shows. */
export const sessionId = (c: Context, { isHttps }: Peer): string | undefined =>
  isHttps ? getCookie(c, NAME, 'host') : getCookie(c, NAME)

/** Lax and not Strict, so that links in alerts lead to the page and not to the login. */
export const giveSession = (c: Context, peer: Peer, id: string, maxAgeSeconds: number): void =>
  setCookie(c, NAME, id, { ...optionsFor(peer), httpOnly: true, sameSite: 'Lax', maxAge: maxAgeSeconds })

export const dropSession = (c: Context, peer: Peer): void => {
  deleteCookie(c, NAME, optionsFor(peer))
}
