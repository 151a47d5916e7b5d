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
  /** Resolves to whether what is being made serves others too. */
  readonly #underWay = new Map<string, Promise<boolean>>()
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

  /**
   * The kept answer, or one that is made; undefined where `next` has answered what is not kept. One is made at a time: who
   * asks meanwhile, and needs a newer one, shares the next with all others that wait.
   */
  async #answer(c: Context, next: Next): Promise<Kept | undefined> {
    const asked = await this.#changes.look()
    const key = keyOf(c)
    for (;;) {
      const known = this.#kept.get(key)
      if (known && this.#isGood(known, asked)) return known
      const underWay = this.#underWay.get(key)
      if (!underWay) return this.#makeForAll(key, c, next)
      if (!(await underWay)) return this.#make(key, c, next)
    }
  }

  async #makeForAll(key: string, c: Context, next: Next): Promise<Kept | undefined> {
    const made = this.#make(key, c, next)
    const isForAll = (kept: Kept | undefined) => kept !== undefined && !this.#isOver(kept)
    this.#underWay.set(
      key,
      made.then(isForAll, () => false),
    )
    return made.finally(() => this.#underWay.delete(key))
  }

  async #make(key: string, c: Context, next: Next): Promise<Kept | undefined> {
    const { moment } = this.#changes
    await next()
    if (!mayBeKept(c.res)) return undefined
    const kept = { answer: await PackedAnswer.of(c, c.res), moment, ...shownBy(c), asked: askedBefore(c) }
    this.#kept.set(key, kept)
    return kept
  }

  /** Whether it is as new as what was known when somebody asked; by default, as what is known now. */
  #isGood(kept: Kept, asked = Number.POSITIVE_INFINITY): boolean {
    return kept.moment >= Math.min(asked, this.#changes.lastOf(kept.ticker)) && !this.#isOver(kept)
  }

  #isOver({ until }: Kept): boolean {
    return until !== undefined && this.options.now() >= until
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
