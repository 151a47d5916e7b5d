import { setTimeout as delay } from 'node:timers/promises'
import type { Hono } from 'hono'
import type { Logger } from '../../log.js'
import type { AnswerCache } from './answerCache.js'
import { askAgain } from './asked.js'

export interface RenewOptions {
  readonly cache: AnswerCache
  readonly app: Pick<Hono, 'fetch'>
  readonly now: () => Date
  readonly log: Pick<Logger, 'warn'>
  readonly signal: AbortSignal
}

const DAY_MS = 24 * 60 * 60_000
const LOOK_EVERY_MS = 5_000
const SHORT_MS = 10
/** While a run works on a ticker its page changes every other second: it is not made for nobody each time. */
const QUIET_MS = 10_000

/** Makes outdated answers anew that somebody asked for within a day, while nobody waits for one, until `signal`. */
export async function renewAnswers(options: RenewOptions): Promise<void> {
  const { signal, log } = options
  while (await passes(LOOK_EVERY_MS, signal))
    await renewOnce(options, QUIET_MS).catch((err) => log.warn({ err }, 'pages are not renewed'))
}

/** Once: those that have not changed for `quietMs`, one after the other, at most half of the time. Returns how many. */
export async function renewOnce({ cache, app, now, signal }: RenewOptions, quietMs: number): Promise<number> {
  const outdated = await cache.takeOutdated(new Date(now().getTime() - DAY_MS), quietMs)
  let [renewed, pauseMs] = [0, 0]
  for (const asked of outdated) {
    if (!(await hasLeisure(cache, pauseMs, signal))) break
    const begun = performance.now()
    await askAgain(app, asked)
    renewed++
    pauseMs = Math.max(SHORT_MS, performance.now() - begun)
  }
  return renewed
}

/** Waits for `pauseMs`, and on until nobody waits for an answer; false when it is over. */
async function hasLeisure(cache: AnswerCache, pauseMs: number, signal: AbortSignal): Promise<boolean> {
  if (!(await passes(pauseMs, signal))) return false
  while (!cache.isIdle) if (!(await passes(SHORT_MS, signal))) return false
  return true
}

const passes = (ms: number, signal: AbortSignal): Promise<boolean> =>
  delay(ms, true, { signal, ref: false }).catch(() => false)
