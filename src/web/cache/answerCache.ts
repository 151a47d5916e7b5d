import type { Context, MiddlewareHandler } from 'hono'
import { LRUCache } from 'lru-cache'
import type { Db } from '../../db/database.js'
import { visitorKey } from '../access/visitor.js'
import { DataChanges } from './dataChanges.js'
import { PackedAnswer } from './packedAnswer.js'
import { type Shows, shownBy } from './shows.js'

export interface AnswerCacheOptions {
  readonly db: Db
  readonly now: () => Date
}

interface Kept extends Shows {
  readonly answer: PackedAnswer
  /** Before its data were read. */
  readonly moment: number
}

const MOST_BYTES = 64 * 2 ** 20

/**
 * Keeps what GET answers with `Cache-Control: no-cache`, until what it shows changes (shows.ts): that is asked anew for
 * each request, and before the data are read, so no answer is older than its request. One rendering serves all that wait
 * for it. Answers are kept apart by who asks (access/visitor.ts).
 */
export function answerCache({ db, now }: AnswerCacheOptions): MiddlewareHandler {
  const changes = new DataChanges(db)
  const kept = new LRUCache<string, Kept>({
    ...{ maxSize: MOST_BYTES, sizeCalculation: ({ answer }) => answer.bytes },
  })
  const underWay = new Map<string, Promise<Kept | undefined>>()
  const isGood = ({ moment, ticker, until }: Kept): boolean =>
    moment >= changes.lastOf(ticker) && (until === undefined || now() < until)

  return async function answerCache(c, next) {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return next()
    const moment = await changes.look()
    const key = keyOf(c)
    const turn = `${moment}\n${key}`
    const known = kept.get(key)
    if (known && isGood(known)) return known.answer.respond(c)
    const shared = await underWay.get(turn)
    if (shared && isGood(shared)) return shared.answer.respond(c)

    const made = next().then(async () => {
      if (mayBeKept(c.res)) return { answer: await PackedAnswer.of(c.res), moment, ...shownBy(c) }
    })
    underWay.set(turn, made)
    const done = await made.finally(() => underWay.delete(turn))
    if (!done) return
    kept.set(key, done)
    c.res = await done.answer.respond(c)
  }
}

const mayBeKept = ({ status, headers }: Response): boolean =>
  status === 200 && headers.get('cache-control') === 'no-cache' && !headers.has('etag') && !headers.has('set-cookie')

const keyOf = (c: Context): string => [visitorKey(c), c.req.header('hx-request'), c.req.url].join('\n')
