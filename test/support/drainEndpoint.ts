import { findEndpoint } from '../../src/db/alertEndpoints.js'
import type { Database } from '../../src/db/database.js'
import type { AlertHandler } from '../../src/scheduler/alerts/alertHandler.js'

/** Does the endpoint's valid job as a worker would; returns what the log says of each alert's last attempt. */
export async function drainEndpoint(database: Database, handler: AlertHandler, endpointId: string) {
  const { wakeAt } = (await findEndpoint(database.db, endpointId))!
  if (wakeAt) {
    const job = { endpointId, wakeAt: wakeAt.toISOString() }
    const result = await handler.perform(job, new AbortController().signal)
    await database.db.transaction((tx) => result.commit(tx))
  }
  const rows = await database.sql<
    {
      id: string
      status: string
      outcome: string
      code: number | null
      answer: string
      due: string
      attempts: number
    }[]
  >`
    select distinct on (a.id) a.id, a.status, d.outcome, d.status as code, d.answer, a.due_at as due, a.attempts
    from alerts a left join alert_deliveries d on d.alert_id = a.id
    where a.endpoint_id = ${endpointId} order by a.id, d.id desc`
  return rows.map((row) => ({ ...row, due: new Date(row.due) }))
}
