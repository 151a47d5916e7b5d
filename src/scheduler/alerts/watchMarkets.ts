import { hasSubscriptions } from '../../db/alertSubscriptions.js'
import { endMissedRuns, noteMissedRun } from '../../db/missedRuns.js'
import { staleTickers } from '../../db/staleTickers.js'
import type { EnqueueContext } from '../enqueueDue.js'
import { missedRuns, type Watched } from '../missedRuns.js'
import { AlertOutbox } from './alertOutbox.js'
import { dataStale, runMissed } from './incidents.js'

const MINUTE_MS = 60_000
/** Longer than any holiday; counted in calendar days. */
const OLDEST_DAYS = 12

/** Notes and tells of runs that were missed and of tickers whose bars have stopped; of each once, however often it looks. */
export async function watchMarkets(context: EnqueueContext, now: Date): Promise<void> {
  const { db, queue } = context.database
  const outbox = new AlertOutbox(queue, context.config)
  for (const watched of await missedRuns(context, now)) await noteMissed(context, outbox, watched, now)
  if (!(await hasSubscriptions(db, ['data.stale']))) return
  const before = new Date(now.getTime() - context.config.alarm.missedAfterMinutes * MINUTE_MS)
  const oldest = new Date(now.getTime() - OLDEST_DAYS * 24 * 60 * MINUTE_MS).toISOString().slice(0, 10)
  for (const { symbol, lastSession, marketSession } of await staleTickers(db, before, oldest))
    await db.transaction((tx) => outbox.incident(tx, dataStale(symbol, lastSession, marketSession), now))
}

/** Opens a missed run, or closes those that have been made good; the alert goes out in the transaction that opens it. */
async function noteMissed(
  { database: { db }, log }: EnqueueContext,
  outbox: AlertOutbox,
  { exchange, missed }: Watched,
  now: Date,
): Promise<void> {
  await db.transaction(async (tx) => {
    for (const { dueAt } of await endMissedRuns(tx, exchange, missed?.dueAt, now))
      log.info({ exchange, dueAt }, missed ? 'a later run was missed too' : 'missed run made good')
    if (!missed || !(await noteMissedRun(tx, missed, now))) return
    const { dueAt, tickers } = missed
    log.error({ exchange, dueAt, tickers: tickers.length }, 'run missed')
    await outbox.incident(tx, runMissed(exchange, dueAt, tickers), now)
  })
}
