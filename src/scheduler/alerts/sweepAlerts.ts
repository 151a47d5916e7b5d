import { pruneAlerts } from '../../db/alertOutbox.js'
import { rewakeEndpoints } from '../../db/alertWakes.js'
import type { Db } from '../../db/database.js'
import type { Queue } from '../../db/queue.js'
import type { Logger } from '../../log.js'

/** A job that serves an endpoint takes a minute at most; one that is so late is lost. */
const LOST_AFTER_MS = 2 * 60_000
const KEEP_MS = 90 * 24 * 60 * 60_000

/** Wakes endpoints whose job was lost, and forgets alerts that ended long ago. */
export async function sweepAlerts(db: Db, queue: Queue, now: Date, log: Logger): Promise<void> {
  const woken = await rewakeEndpoints(db, queue, now, LOST_AFTER_MS)
  if (woken > 0) log.warn({ endpoints: woken }, 'endpoints of alerts woken again')
  const pruned = await pruneAlerts(db, new Date(now.getTime() - KEEP_MS))
  if (pruned > 0) log.info({ alerts: pruned }, 'old alerts forgotten')
}
