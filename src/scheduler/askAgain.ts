import type { Config } from '../config.js'
import type { Db } from '../db/database.js'
import { dueForAnotherLook, setNextAsk, tickersBehind } from '../db/tickerDues.js'
import { LEARNT_FROM, nextSession } from '../ingest/calendar.js'
import { MODEL_FORECASTER } from './jobs/fitModel.js'

export type LatePolicy = Config['lateSessions']

const MINUTE_MS = 60_000

/**
 * When a ticker that was enqueued for the `asks`-th time at `now` is looked at again; null when that was the last time.
 * The wait doubles.
 */
export const nextAskAt = ({ afterMinutes, attempts }: LatePolicy, asks: number, now: Date): Date | null =>
  asks > attempts ? null : new Date(now.getTime() + afterMinutes * 2 ** (asks - 1) * MINUTE_MS)

/**
 * Claims tickers for another ask: those that the data still show to be behind `session` although their provider was
 * asked, long enough ago. A day on which a ticker does not trade is not waited for; a holiday cannot be told from a late
 * provider, so it is asked for as often as the policy allows. Call it in the transaction that enqueues them.
 *
 * @returns their symbols, ascending.
 */
export async function claimLate(
  tx: Db,
  { exchange, session }: { readonly exchange: string; readonly session: string },
  policy: LatePolicy,
  now: Date,
): Promise<string[]> {
  const looked = await dueForAnotherLook(tx, exchange, now, LEARNT_FROM)
  const symbols = looked.map(({ ticker }) => ticker)
  const behind = new Set(await tickersBehind(tx, symbols, session, MODEL_FORECASTER))
  const late = looked.filter(({ ticker, sessions }) => behind.has(ticker) && isExpected(session, sessions))
  const isLate = new Set(late.map(({ ticker }) => ticker))
  for (const { ticker, asks } of looked)
    await (isLate.has(ticker)
      ? setNextAsk(tx, ticker, asks + 1, nextAskAt(policy, asks + 1, now))
      : setNextAsk(tx, ticker, asks, null))
  return [...isLate]
}

/** @param sessions Newest first. */
function isExpected(session: string, sessions: readonly string[]): boolean {
  const [last] = sessions
  return last === undefined || last >= session || nextSession(last, sessions.toReversed()) <= session
}
