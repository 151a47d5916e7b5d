import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { Db } from '../../db/database.js'
import { type ExpectedMove, expectedMoves } from '../../db/expectedMoves.js'
import { plainText } from '../api/values.js'
import { goodUntil } from '../cache/shows.js'
import { parse } from '../query.js'
import { MODEL } from '../routes.js'
import { atomFeed } from './atom.js'
import { calendar } from './calendar.js'
import { feedPath } from './feedAddress.js'

export interface FeedOptions {
  readonly db: Db
  readonly now: () => Date
  readonly version: string
  /** Where the dashboard is reached; without it, where the request was sent to. */
  readonly publicUrl?: string | undefined
}

const DAY_MS = 86_400_000
const DAYS = 60
const MOST = 100

const feedQuery = z.object({
  probability: z.coerce.number().min(0).max(1).default(0.5),
  ticker: plainText.optional(),
})

/**
 * `/feeds/large-moves.atom` and `.ics`: forecasts of the last two months that expect a large move. The same under an address
 * with a secret in it, which the gate has checked.
 */
export function feedRoutes({ db, now, version, publicUrl }: FeedOptions): Hono {
  const routes = new Hono()
  const moves = (c: Context): Promise<ExpectedMove[]> => {
    const today = Math.floor(now().getTime() / DAY_MS)
    const since = new Date((today - DAYS) * DAY_MS).toISOString().slice(0, 10)
    goodUntil(c, new Date((today + 1) * DAY_MS))
    return expectedMoves(db, { ...parse(c, feedQuery), forecaster: MODEL, since, limit: MOST })
  }
  /** A feed names itself without the secret in its address, for what is republished must not tell it. */
  const frameOf = (c: Context) => {
    const { origin, search } = new URL(c.req.url)
    const base = (publicUrl ?? origin).replace(/\/$/, '')
    return { base, self: `${base}${feedPath('atom')}${search}`, version }
  }
  const answer = (c: Context, body: string, type: string) =>
    c.body(body, 200, {
      ...{ 'Content-Type': `${type}; charset=utf-8` },
      'Cache-Control': (c.req.param('secret') as string | undefined) === undefined ? 'no-cache' : 'private, no-cache',
    })

  for (const secret of ['', '/:secret']) {
    routes.get(`${secret}/large-moves.atom`, async (c) =>
      answer(c, atomFeed(await moves(c), frameOf(c)), 'application/atom+xml'),
    )
    routes.get(`${secret}/large-moves.ics`, async (c) =>
      answer(c, calendar(await moves(c), frameOf(c)), 'text/calendar'),
    )
  }
  return routes
}
