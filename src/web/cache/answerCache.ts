import type { Context, MiddlewareHandler, Next } from 'hono'
import { LRUCache } from 'lru-cache'
import type { Db } from '../../db/database.js'
import { visitorKey } from '../access/visitor.js'
import { type Asked, askedBefore, askedBy } from './asked.js'
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
  /** By whom last, to the minute. */
  asked: Asked | undefined
}

const MOST_BYTES = 64 * 2 ** 20
const MINUTE_MS = 60_000

/**
 * Keeps what GET answers with `Cache-Control: no-cache`, until what it shows changes (shows.ts): that is asked anew for
 * each request, and before the data are read, so no answer is older than its request. One rendering serves all that wait
 * for it. Answers are kept apart by who asks (access/visitor.ts).
 */
export class AnswerCache {
  readonly #changes: DataChanges
  readonly #kept = new LRUCache<string, Kept>({
    ...{ maxSize: MOST_BYTES, sizeCalculation: ({ answer }) => answer.bytes },
  })
  readonly #underWay = new Map<string, Promise<Kept | undefined>>()
  #waiting = 0

  constructor(private readonly options: AnswerCacheOptions) {
    this.#changes = new DataChanges(options.db)
  }

  /** Whether nobody waits for an answer. */
  get isIdle(): boolean {
    return this.#waiting === 0
  }

  readonly handler: MiddlewareHandler = async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return next()
    this.#waiting++
    try {
      const kept = await this.#answer(c, next)
      if (!kept) return
      this.#noteAsker(c, kept)
      c.res = await kept.answer.respond(c)
    } finally {
      this.#waiting--
    }
  }

  /**
   * Those asked for since `since` that would look different now and have not changed for `quietMs`, the last used first.
   * Each is forgotten as it is named: who asks again gets a new one.
   */
  async takeOutdated(since: Date, quietMs: number): Promise<Asked[]> {
    if (this.#kept.size === 0) return []
    await this.#changes.look()
    const before = performance.now() - quietMs
    const taken: Asked[] = []
    for (const [key, kept] of [...this.#kept.entries()]) {
      const { asked, ticker } = kept
      if (!asked || asked.at < since || this.#isGood(kept) || this.#changes.lastOf(ticker) > before) continue
      this.#kept.delete(key)
      taken.push(asked)
    }
    return taken
  }

  /** The kept answer, or one that is made; undefined where `next` has answered what is not kept. */
  async #answer(c: Context, next: Next): Promise<Kept | undefined> {
    const moment = await this.#changes.look()
    const key = keyOf(c)
    const turn = `${moment}\n${key}`
    const known = this.#kept.get(key)
    if (known && this.#isGood(known)) return known
    const shared = await this.#underWay.get(turn)
    if (shared && this.#isGood(shared)) return shared
    const made = next().then(async () => {
      if (mayBeKept(c.res))
        return { answer: await PackedAnswer.of(c.res), moment, ...shownBy(c), asked: askedBefore(c) }
    })
    this.#underWay.set(turn, made)
    const kept = await made.finally(() => this.#underWay.delete(turn))
    if (kept) this.#kept.set(key, kept)
    return kept
  }

  #isGood({ moment, ticker, until }: Kept): boolean {
    return moment >= this.#changes.lastOf(ticker) && (until === undefined || this.options.now() < until)
  }

  #noteAsker(c: Context, kept: Kept): void {
    const now = this.options.now()
    if (askedBefore(c) || (kept.asked && now.getTime() - kept.asked.at.getTime() < MINUTE_MS)) return
    kept.asked = askedBy(c, now)
  }
}

const mayBeKept = ({ status, headers }: Response): boolean =>
  status === 200 && headers.get('cache-control') === 'no-cache' && !headers.has('etag') && !headers.has('set-cookie')

const keyOf = (c: Context): string => [visitorKey(c), c.req.header('hx-request'), c.req.url].join('\n')
