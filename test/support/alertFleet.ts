import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { addAlerts } from '../../src/db/alertOutbox.js'
import { wakeEndpoints } from '../../src/db/alertWakes.js'
import type { Database } from '../../src/db/database.js'
import { Desk } from '../../src/scheduler/alerts/alertDesk.js'
import { ALERT_KEY, alertConfig } from './alertSettings.js'

const script = join(import.meta.dirname, 'alertWorker.mjs')

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a process that delivers alerts; none outlives the tests. */
export function startAlertWorker(url: string): ChildProcess {
  const { PATH = '', HOME = '', LOG_LEVEL = 'silent' } = process.env
  const env = { PATH, HOME, LOG_LEVEL, DATABASE_URL: url, MAMBACAST_ALERT_KEY: ALERT_KEY }
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  child.once('close', () => running.delete(child))
  return child
}

/** Endpoints of channel `webhook` at `url/0`, `url/1` ... in order. */
export async function addEndpoints(database: Database, url: string, count: number): Promise<string[]> {
  const desk = new Desk({ database, config: alertConfig(), clock: () => new Date() })
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    const request = { name: `endpoint ${i}`, channel: 'webhook', target: { url: `${url}/${i}` }, template: null }
    ids.push((await desk.addEndpoint(request)).id)
  }
  return ids
}

/** One alert to each of the endpoints, in one transaction; returns their ids. */
export function raiseOneEach(
  database: Database,
  endpointIds: readonly string[],
  text = 'something happened',
  now = new Date(),
): Promise<string[]> {
  const data = { title: 'An alert', text, ticker: null, is_sample: true, reasons: [], link: 'http://127.0.0.1/' }
  const rows = endpointIds.map((endpointId) => ({
    ...{ id: `msg_${randomUUID().replaceAll('-', '')}`, endpointId, subject: 'test', dueAt: now, createdAt: now },
    payload: { type: 'alert.test' as const, timestamp: now.toISOString(), data },
  }))
  return database.db.transaction(async (tx) => {
    await addAlerts(tx, rows)
    await wakeEndpoints(
      tx,
      database.queue,
      endpointIds.map((endpointId) => ({ endpointId, at: now })),
    )
    return rows.map(({ id }) => id)
  })
}
