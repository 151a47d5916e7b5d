import { type Context, Hono } from 'hono'
import type { Db } from '../../db/database.js'
import { beginSession, endSession } from '../../db/sessions.js'
import { findUser } from '../../db/users.js'
import type { Logger } from '../../log.js'
import type { Frame } from '../pages/layout.js'
import { LoginPage } from '../pages/loginPage.js'
import { readForm } from '../readForm.js'
import type { AccessOptions } from './identify.js'
import { beginAttempt } from './loginLimit.js'
import { isPassword } from './password.js'
import { type Peer, peerOf } from './peer.js'
import { safePath } from './safePath.js'
import { newSecret, secretHash } from './secret.js'
import { dropSession, giveSession, sessionId } from './sessionCookie.js'
import { visitorOf } from './visitor.js'

interface LoginOptions {
  readonly db: Db
  readonly now: () => Date
  readonly log: Pick<Logger, 'info' | 'warn'>
  readonly frame: Frame
  readonly access: AccessOptions
}

const HOUR_S = 3_600

/** `/login` and `/logout`. A login always begins a new session: what the browser showed before is ended. */
export function loginRoutes({ db, now, log, frame, access }: LoginOptions): Hono {
  const routes = new Hono()
  const { trustedProxies, sessionHours } = access.config

  routes.get('/login', (c) => {
    const to = safePath(c.req.query('to'))
    return ['session', 'header', 'loopback'].includes(visitorOf(c).via) ? c.redirect(to, 303) : show(c, { to })
  })

  routes.post('/login', async (c) => {
    const peer = peerOf(c, trustedProxies)
    const { name, password, to } = await loginFields(c)
    const attempt = await beginAttempt(db, name, peer.address, now())
    if (attempt.waitSeconds !== null) {
      log.warn({ address: peer.address }, 'too many logins have failed')
      c.header('Retry-After', String(attempt.waitSeconds))
      return show(
        c,
        { to: safePath(to), name, problem: 'Too many logins have failed. Try again in a quarter of an hour.' },
        429,
      )
    }
    const user = name.includes('\0') ? undefined : await findUser(db, name)
    if (!(await isPassword(password, user?.passwordHash))) {
      log.warn({ address: peer.address }, 'login failed')
      return show(c, { to: safePath(to), name, problem: 'Name or password is wrong.' }, 401)
    }
    await attempt.forget()
    await end(c, peer)
    await begin(c, peer, name)
    log.info({ user: name, address: peer.address }, 'logged in')
    return c.redirect(safePath(to), 303)
  })

  routes.post('/logout', async (c) => {
    const peer = peerOf(c, trustedProxies)
    await end(c, peer)
    dropSession(c, peer)
    return c.redirect('/login', 303)
  })

  async function begin(c: Context, peer: Peer, user: string): Promise<void> {
    const id = newSecret()
    const createdAt = now()
    const expiresAt = new Date(createdAt.getTime() + sessionHours * HOUR_S * 1_000)
    await beginSession(db, { idHash: secretHash(id), user, createdAt, expiresAt })
    giveSession(c, peer, id, Math.floor(sessionHours * HOUR_S))
  }

  async function end(c: Context, peer: Peer): Promise<void> {
    const id = sessionId(c, peer)
    if (id !== undefined) await endSession(db, secretHash(id))
  }

  function show(c: Context, view: Parameters<typeof LoginPage>[0]['view'], status: 200 | 401 | 429 = 200) {
    c.header('Cache-Control', 'no-store')
    return c.html(`<!doctype html>${<LoginPage frame={frame} view={view} />}`, status)
  }
  return routes
}

/** A password is taken as it is, spaces included. */
async function loginFields(c: Context): Promise<{ name: string; password: string; to: string }> {
  const body = await readForm(c)
  const field = (name: string): string => body[name]?.[0] ?? ''
  return { name: field('name').trim().toLowerCase(), password: field('password'), to: field('to') }
}
