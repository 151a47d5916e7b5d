import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { maintain, Supervisor } from '../../src/scheduler/supervisor.js'
import { alertConfig } from '../support/alertSettings.js'
import { testDatabase } from '../support/testDatabase.js'

test('maintenance that comes due while it looks for dead workers is done at the next look', async () => {
  const database = await testDatabase()
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const maintain = vi.spyOn(database.queue, 'maintain')
  const log = pino({ level: 'silent' })
  const supervisor = new Supervisor({ database, log, clock: () => new Date(), config: alertConfig() })
  supervisor.start()
  vi.advanceTimersByTime(60_000) // The first look still waits for its answer.
  expect(maintain).not.toHaveBeenCalled()
  await vi.waitFor(() => {
    vi.advanceTimersByTime(1_000)
    expect(maintain).toHaveBeenCalledOnce()
  })
  await supervisor.stop()
})

test('a step of maintenance that fails is told, and keeps none of the others from being taken', async () => {
  const { database, written, options } = await broken('training_states')
  const [run] = await database.sql`insert into runs (id, trigger, status, started_at, heartbeat_at)
    values (gen_random_uuid(), 'cli', 'running', now() - interval '1 day', now() - interval '1 day') returning id`
  expect(await maintain(options)).toEqual(['prune training states'])
  const failures = written.filter(({ msg }) => msg === 'maintenance failed')
  expect(failures.map(({ step }) => step)).toEqual(['prune training states'])
  expect(JSON.stringify(failures)).toContain('training_states')
  const [after] = await database.sql`select status from runs where id = ${run!.id}`
  expect(after!.status).not.toBe('running')
})

/** What maintenance needs, in a database that lacks a table; and what it writes to its log. */
async function broken(table: string) {
  const database = await testDatabase()
  await database.sql`alter table ${database.sql(table)} rename to gone`
  const written: Record<string, unknown>[] = []
  const log = pino({}, { write: (line: string) => void written.push(JSON.parse(line)) })
  return { database, written, options: { database, log, clock: () => new Date(), config: alertConfig() } }
}
