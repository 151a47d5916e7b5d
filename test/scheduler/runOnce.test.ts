import { expect, onTestFinished, test, vi } from 'vitest'
import { loadConfig } from '../../src/config.js'
import { UserError } from '../../src/domain/errors.js'
import { createProviders } from '../../src/ingest/providers.js'
import { createLogger } from '../../src/log.js'
import type { TrainingPool } from '../../src/model/trainingPool.js'
import { runOnce } from '../../src/scheduler/runOnce.js'
import { testDatabase } from '../support/testDatabase.js'

test('a run that cannot begin its work says why and gives no further sign of life', async () => {
  const database = await testDatabase()
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const log = createLogger('silent')
  const pool = {
    trainedTogether: () => Promise.reject(new UserError('this machine has no such backend')),
  } as unknown as TrainingPool
  const context = {
    ...{ database, log, pool, clock: () => new Date(), concurrency: 1, codeVersion: '1.2.3' },
    ...{ config: loadConfig({}), providers: createProviders({}, { environment: () => undefined, log }) },
  }
  const ticker = {
    ...{ symbol: 'T', provider: 'sample', fallbacks: [], location: null, isSample: true, active: true },
    ...{ exchange: 'SAMPLE', timezone: 'UTC' },
  }
  const run = runOnce(context, { tickers: [ticker], trigger: 'cli', signal: new AbortController().signal })
  await expect(run).rejects.toThrow('this machine has no such backend')
  expect(vi.getTimerCount()).toBe(0)
})
