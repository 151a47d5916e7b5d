import { expect, test } from 'vitest'
import { saveSeries, seriesRows } from '../../../src/db/series.js'
import { ProviderError } from '../../../src/domain/errors.js'
import type { Series } from '../../../src/domain/series.js'
import type { SeriesRequest } from '../../../src/ingest/series/readSeries.js'
import { refreshSeries } from '../../../src/scheduler/jobs/refreshSeries.js'
import { evening, HISTORY, ingestBench } from './ingestBench.js'

const plain = { timezone: 'UTC', knownAtTime: '24:00', lagDays: 0, tickers: [] }
const rate: Series = { ...plain, name: 'rate', source: { csv: 'unused', date: 'date', value: 'value' } }
const peer: Series = { ...plain, name: 'peer', source: { ticker: 'TEST', field: 'close' } }
const state: Series = { ...plain, name: 'state', source: { group: 'XNYS', field: 'range' } }

async function bench() {
  const { db, ingest, lines, settings: _, ...rest } = await ingestBench(['tiingo'])
  const asked: string[] = []
  const source = { fails: false }
  const readSeries = async ({ series, now }: SeriesRequest) => {
    asked.push(series.name)
    if (source.fails) throw new ProviderError('series rate: no answer', { retryable: true })
    return { points: [{ date: '2025-12-01', value: asked.length, knownAt: now }], refused: [] }
  }
  const note = (fields: object, message: string) => void lines.push({ ...fields, message })
  const refresh = (ticker: string, at: string, kinds: 'read' | 'all' = 'all') =>
    refreshSeries(
      db,
      ticker,
      {
        providers: { readSeries },
        now: new Date(at),
        signal: new AbortController().signal,
        log: { info: note, warn: note } as never,
      },
      kinds,
    )
  return { ...rest, db, ingest, lines, asked, refresh, source }
}

test('tickers of a run share one reading; ten minutes later it is read again', async () => {
  const { db, asked, refresh } = await bench()
  await saveSeries(db, rate)
  await Promise.all(['A', 'B', 'C'].map((ticker) => refresh(ticker, '2026-01-02T22:00:00Z')))
  expect(asked).toHaveLength(1)
  await refresh('A', '2026-01-02T22:09:00Z')
  expect(asked).toHaveLength(1)
  await refresh('A', '2026-01-02T22:11:00Z')
  expect(asked).toHaveLength(2)
})

test('one that cannot be read is told once a try, stops nothing, and is tried again at once', async () => {
  const { db, asked, refresh, lines, source } = await bench()
  await saveSeries(db, rate)
  source.fails = true
  await refresh('A', '2026-01-02T22:00:00Z')
  expect(lines).toContainEqual({
    series: 'rate',
    reason: 'series rate: no answer',
    message: 'series could not be read',
  })
  source.fails = false
  await refresh('A', '2026-01-02T22:00:01Z')
  expect(asked).toHaveLength(2)
  expect(await seriesRows(db, 'rate')).toHaveLength(1)
})

test("what is made of other tickers' bars waits for these, and is made again when they have been asked for", async () => {
  const { db, ingest, refresh } = await bench()
  await saveSeries(db, peer)
  await saveSeries(db, state)
  await ingest(evening('2025-12-31'))
  await refresh('A', '2026-01-01T00:00:00Z', 'read')
  expect(await seriesRows(db, 'peer')).toEqual([])
  await refresh('A', '2026-01-01T00:00:00Z')
  expect(await seriesRows(db, 'peer')).toHaveLength(HISTORY.length)
  expect(await seriesRows(db, 'state')).toHaveLength(HISTORY.length - 66)
  await refresh('TEST', '2026-01-01T00:00:01Z') // its own bars are no news to it
  expect((await seriesRows(db, 'peer')).at(-1)!.recordedAt).toEqual(new Date('2026-01-01T00:00:00Z'))
})
