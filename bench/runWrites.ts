import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type postgres from 'postgres'
import type { Database } from '../src/db/database.js'
import { beginRun, endRun, finishTicker, saveProgress } from '../src/db/runs.js'
import { NOTHING_DONE, type Stage } from '../src/domain/run.js'

const STAGES: readonly Stage[] = ['ingest', 'settle', 'train', 'train', 'train', 'forecast']
const facts = { ...NOTHING_DONE, inserted: 1, settled: 8, trained: 1, forecasts: 8 }

/** Whose newest session is written, and whose it is made from. */
export type Copied = readonly [ticker: string, from: string]

/** Signs of life of a run that has nothing to say, one a second, until `signal`. */
export async function keepAlive({ db }: Database, signal: AbortSignal): Promise<void> {
  const id = randomUUID()
  await beginRun(db, { id, trigger: 'schedule', exchange: null, isQueued: false, tickers: ['none'], now: new Date() })
  while (!signal.aborted) {
    await saveProgress(db, id, {}, new Date())
    await delay(1_000, undefined, { signal }).catch(() => {})
  }
  await finishTicker(db, id, 'none', { progress: { stage: 'done', done: 0, total: 0 }, facts }, new Date())
  await endRun(db, id, new Date())
}

/** What a run over these tickers writes, `perSecond` of them, until `signal` or its end. Returns how many it came to. */
export async function writeRun(
  { db, sql }: Database,
  {
    tickers,
    session,
    perSecond,
    signal,
  }: { tickers: readonly Copied[]; session: string; perSecond: number; signal: AbortSignal },
): Promise<number> {
  const id = randomUUID()
  const symbols = tickers.map(([symbol]) => symbol)
  await beginRun(db, { id, trigger: 'schedule', exchange: null, isQueued: false, tickers: symbols, now: new Date() })
  let written = 0
  for (const pair of tickers) {
    if (signal.aborted) break
    const [symbol] = pair
    for (const [done, stage] of STAGES.entries())
      await saveProgress(db, id, { [symbol]: { stage, done, total: STAGES.length } }, new Date())
    await writeSession(sql, [pair], session)
    await finishTicker(db, id, symbol, { progress: { stage: 'done', done: 0, total: 0 }, facts }, new Date())
    written++
    await delay(1_000 / perSecond, undefined, { signal }).catch(() => {})
  }
  await sql`update runs set status = 'interrupted', finished_at = now() where id = ${id}`
  return written
}

/** A new session of each of these tickers: its bar, what came of the forecasts before it, figures, and new forecasts. */
export async function writeSession(sql: postgres.Sql, tickers: readonly Copied[], session: string): Promise<void> {
  const pairs = sql`unnest(${tickers.map(([symbol]) => symbol)}::text[], ${tickers.map(([, from]) => from)}::text[]) pair(symbol, source)`
  await sql.begin(async (tx) => {
    await tx`insert into bars (ticker, session, open, high, low, close, volume, ratio, ratio_source, provider)
      select symbol, ${session}, open, high, low, close, volume, ratio, ratio_source, provider
      from ${pairs} cross join lateral (select * from bars where ticker = source order by session desc limit 1) last`
    await tx`insert into outcomes (ticker, as_of, session, return_pct, close)
      select symbol, as_of, ${session}, 0.4, last_close
      from ${pairs} cross join lateral (select * from forecasts where ticker = source and forecaster = 'mamba' order by as_of desc limit 1) last`
    await tx`insert into scores (ticker, forecaster, "window", as_of, figures)
      select symbol, forecaster, "window", ${session}, figures
      from ${pairs} cross join lateral (select * from scores where ticker = source and as_of = (select max(as_of) from scores where ticker = source)) last`
    await tx`insert into forecasts (ticker, as_of, target, model, data_hash, forecaster, origin, last_close, mean, quantiles, p_up, p_large_move, move_threshold_pct)
      select symbol, ${session}, ${session}::date + 1, model, data_hash, forecaster, 'live', last_close, mean, quantiles, p_up, p_large_move, move_threshold_pct
      from ${pairs} cross join lateral (select * from forecasts where ticker = source and as_of = (select max(as_of) from forecasts where ticker = source)) last`
  })
}
