import type { Context, MiddlewareHandler } from 'hono'
import { LRUCache } from 'lru-cache'
import type { Db } from '../../db/database.js'
import { dataVersion } from '../../db/dataVersion.js'
import { visitorKey } from '../access/visitor.js'
import { inTurns } from './inTurns.js'
import { PackedAnswer } from './packedAnswer.js'

export interface AnswerCacheOptions {
  readonly db: Db
  readonly now: () => Date
}

/** "Just now" in a page may be a minute old. */
const KEPT_MS = 60_000
const MOST_BYTES = 64 * 2 ** 20

/**
 * Keeps what GET answers with `Cache-Control: no-cache`, until anything in the database changes: the version is read
 * anew for each request, and before the data are, so no answer is older than its request. One rendering serves all that
 * wait for it. Answers are kept apart by who asks (access/visitor.ts).
 */
export function answerCache({ db, now }: AnswerCacheOptions): MiddlewareHandler {
  const readVersion = inTurns(() => dataVersion(db))
  const newAnswers = () =>
    new LRUCache<string, PackedAnswer>({
      ...{ maxSize: MOST_BYTES, sizeCalculation: ({ bytes }) => bytes },
      ...{ ttl: KEPT_MS, ttlResolution: 0, perf: { now: () => now().getTime() } },
    })
  let [version, answers, rendering] = ['', newAnswers(), new Map<string, Promise<PackedAnswer | undefined>>()]

  return async function answerCache(c, next) {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return next()
    const read = await readVersion()
    if (read !== version) [version, answers, rendering] = [read, newAnswers(), new Map()]
    const [kept, underWay, key] = [answers, rendering, keyOf(c)]
    const known = kept.get(key) ?? (await underWay.get(key))
    if (known) return known.respond(c)

    const made = next().then(() => (mayBeKept(c.res) ? PackedAnswer.of(c.res) : undefined))
    underWay.set(key, made)
    const answer = await made.finally(() => underWay.delete(key))
    if (!answer) return
    kept.set(key, answer)
    c.res = await answer.respond(c)
  }
}

const mayBeKept = ({ status, headers }: Response): boolean =>
  status === 200 && headers.get('cache-control') === 'no-cache' && !headers.has('etag') && !headers.has('set-cookie')

const keyOf = (c: Context): string => [visitorKey(c), c.req.header('hx-request'), c.req.url].join('\n')
