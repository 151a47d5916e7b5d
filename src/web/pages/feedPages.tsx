import { type Context, Hono } from 'hono'
import { addToken, removeToken, tokensOf } from '../../db/apiTokens.js'
import type { Db } from '../../db/database.js'
import { UserError } from '../../domain/errors.js'
import type { AccessOptions } from '../access/identify.js'
import { peerOf } from '../access/peer.js'
import { newToken, secretHash } from '../access/secret.js'
import { accountOf } from '../access/visitor.js'
import { RUN_ID } from '../query.js'
import { readForm } from '../readForm.js'
import { type FeedLink, FeedsPage } from './feedsPage.js'
import type { Frame } from './layout.js'

interface FeedPagesOptions extends Frame {
  readonly db: Db
  readonly now: () => Date
  readonly publicUrl?: string | undefined
  readonly access: AccessOptions
}

const MOST_LINKS = 10
const LONGEST_NAME = 60

/** `/feeds`: where the feeds are, and for those who log in, secret addresses of them that they can make and revoke. */
export function feedPages({ db, now, publicUrl, access, ...frame }: FeedPagesOptions): Hono {
  const routes = new Hono()
  const show = async (c: Context, made?: FeedLink) => {
    const owner = accountOf(c)
    const links = owner === undefined ? undefined : await tokensOf(db, owner)
    const { origin } = peerOf(c, access.config.trustedProxies)
    const base = (publicUrl ?? origin).replace(/\/$/, '')
    c.header('Cache-Control', 'no-store')
    return c.html(`<!doctype html>${<FeedsPage frame={frame} {...{ base, links, made }} />}`)
  }

  routes.get('/feeds', (c) => show(c))
  routes.post('/feeds/links', async (c) => {
    const owner = accountOf(c)
    if (owner === undefined) return c.notFound()
    const given = ((await readForm(c)).name?.[0] ?? '').replaceAll(/\p{Cc}+/gu, ' ').trim()
    const name = given.slice(0, LONGEST_NAME) || 'feed reader'
    if ((await tokensOf(db, owner)).length >= MOST_LINKS)
      throw new UserError(`You have ${MOST_LINKS} secret addresses, the most there can be: revoke one first.`)
    const secret = newToken()
    await addToken(db, { name, owner, scopes: ['feeds'], tokenHash: secretHash(secret), createdAt: now() })
    return show(c, { name, secret })
  })
  routes.post(`/feeds/links/:id{${RUN_ID}}/revoke`, async (c) => {
    const owner = accountOf(c)
    if (owner === undefined || !(await removeToken(db, c.req.param('id'), owner))) return c.notFound()
    return c.redirect('/feeds', 303)
  })
  return routes
}
