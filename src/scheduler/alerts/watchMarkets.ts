import { hasSubscriptions } from '../../db/alertSubscriptions.js'
import { staleTickers } from '../../db/staleTickers.js'
import { tickersBehind } from '../../db/tickerDues.js'
import { activeTickers } from '../../db/tickers.js'
import { currentSchedules, type EnqueueContext } from '../enqueueDue.js'
import { MODEL_FORECASTER } from '../jobs/fitModel.js'
import { lastDue } from '../lastDue.js'
import { missedRuns } from '../missedRuns.js'
import { AlertOutbox } from './alertOutbox.js'
import { dataStale, runMissed } from './incidents.js'

const MINUTE_MS = 60_000
/** Longer than any holiday; counted in calendar days. */
const OLDEST_DAYS = 12

/** Tells of runs that were missed and of tickers whose bars have stopped; of each once, however often it looks. */
export async function watchMarkets(context: EnqueueContext, now: Date): Promise<void> {
  const { db, queue } = context.database
  if (!(await hasSubscriptions(db, ['run.missed', 'data.stale']))) return
  const outbox = new AlertOutbox(queue, context.config)
  await watchRuns(context, outbox, now)
  const before = new Date(now.getTime() - context.config.alarm.missedAfterMinutes * MINUTE_MS)
  const oldest = new Date(now.getTime() - OLDEST_DAYS * 24 * 60 * MINUTE_MS).toISOString().slice(0, 10)
  for (const { symbol, lastSession, marketSession } of await staleTickers(db, before, oldest))
    await db.transaction((tx) => outbox.incident(tx, dataStale(symbol, lastSession, marketSession), now))
}

async function watchRuns(context: EnqueueContext, outbox: AlertOutbox, now: Date): Promise<void> {
  const { db } = context.database
  const missed = await missedRuns(context, now)
  if (missed.length === 0) return
  const [schedules, tickers] = await Promise.all([currentSchedules(context), activeTickers(db)])
  for (const { exchange, dueAt } of missed) {
    const { session } = lastDue(schedules.find((schedule) => schedule.exchange === exchange)!, dueAt)
    const symbols = tickers.filter((ticker) => ticker.exchange === exchange).map(({ symbol }) => symbol)
    const behind = await tickersBehind(db, symbols, session, MODEL_FORECASTER)
    // With all forecasts there, as after a run by hand, nothing was missed.
    if (behind.length > 0) await db.transaction((tx) => outbox.incident(tx, runMissed(exchange, dueAt, behind), now))
  }
}
