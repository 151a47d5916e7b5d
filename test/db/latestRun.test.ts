import { expect, test } from 'vitest'
import { latestRunOf } from '../../src/db/latestRun.js'
import { beginRun, finishTicker, saveProgress } from '../../src/db/runs.js'
import { NOTHING_DONE, type TickerProgress } from '../../src/domain/run.js'
import { testDatabase } from '../support/testDatabase.js'

const [FIRST, SECOND, OTHER] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [
  string,
  string,
  string,
]
const at = (minute: number) => new Date(Date.UTC(2025, 5, 13, 22, minute))
const WAITING: TickerProgress = { stage: 'waiting', done: 0, total: 0 }

test('what a ticker came to stands until a run has begun with it, whatever other runs do, and then while it waits', async () => {
  const { db } = await testDatabase()
  const shown = async () => {
    const run = await latestRunOf(db, 'A')
    return run && [run.id, run.progress]
  }
  const begin = (id: string, tickers: string[], minute: number) =>
    beginRun(db, { id, trigger: 'schedule', exchange: null, isQueued: true, tickers, now: at(minute) })
  await begin(FIRST, ['A', 'B'], 0)
  expect(await shown()).toBeUndefined()
  const failed: TickerProgress = { ...WAITING, stage: 'failed', message: 'no answer' }
  await finishTicker(db, FIRST, 'A', { progress: failed, facts: NOTHING_DONE }, at(1))
  await begin(OTHER, ['B'], 2)
  await begin(SECOND, ['A', 'B'], 3)
  expect(await shown()).toEqual([FIRST, { A: failed }])
  const ingest: TickerProgress = { ...WAITING, stage: 'ingest' }
  for (const progress of [ingest, WAITING]) {
    await saveProgress(db, SECOND, { A: progress }, at(4))
    expect(await shown()).toEqual([SECOND, { A: progress }])
  }
})
