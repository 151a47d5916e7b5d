import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Supervisor } from '../../src/scheduler/supervisor.js'
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
