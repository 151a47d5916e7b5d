import { expect, test } from 'vitest'
import { saveSeries, seriesRows } from '../../../src/db/series.js'
import type { Series, SeriesPoint } from '../../../src/domain/series.js'
import { ingestSeries } from '../../../src/scheduler/jobs/ingestSeries.js'
import { testDatabase } from '../../support/testDatabase.js'
import { evening, HISTORY, ingestBench } from './ingestBench.js'

const signal = new AbortController().signal
const rate: Series = {
  ...{ name: 'rate', source: { csv: 'unused', date: 'date', value: 'value' } },
  ...{ timezone: 'UTC', knownAtTime: '24:00', lagDays: 0, tickers: [] },
}
const point = (date: string, value: number, knownAt: string): SeriesPoint => ({
  date,
  value,
  knownAt: new Date(knownAt),
})

test('a value that its source changes later is kept beside the first, as known from then on', async () => {
  const { db } = await testDatabase()
  await saveSeries(db, rate)
  const ingest = (points: SeriesPoint[], now: string) =>
    ingestSeries(db, rate, {
      ...{ providers: { readSeries: async () => ({ points, refused: [] }) }, now: new Date(now), signal },
    })
  const first = [point('2024-01-02', 1, '2024-01-03T00:00:00Z'), point('2024-01-03', 2, '2024-01-04T00:00:00Z')]
  expect(await ingest(first, '2024-01-05T00:00:00Z')).toEqual({ inserted: 2, revised: 0, refused: [] })
  expect(await ingest(first, '2024-01-06T00:00:00Z')).toEqual({ inserted: 0, revised: 0, refused: [] })

  const changed = [point('2024-01-02', 1.5, '2024-01-03T00:00:00Z'), point('2024-01-03', 2, '2024-01-04T00:00:00Z')]
  expect(await ingest(changed, '2024-01-07T00:00:00Z')).toMatchObject({ inserted: 0, revised: 1 })
  expect(await ingest(changed, '2024-01-08T00:00:00Z')).toMatchObject({ inserted: 0, revised: 0 })
  const published = [point('2024-01-03', 3, '2024-01-06T10:00:00Z')]
  expect(await ingest(published, '2024-01-09T00:00:00Z')).toMatchObject({ revised: 1 })

  const rows = await seriesRows(db, 'rate')
  expect(rows.map(({ date, value, knownAt }) => [date, value, knownAt.toISOString().slice(0, 13)])).toEqual([
    ['2024-01-02', 1, '2024-01-03T00'],
    ['2024-01-03', 2, '2024-01-04T00'],
    ['2024-01-03', 3, '2024-01-06T10'], // the source says when
    ['2024-01-02', 1.5, '2024-01-07T00'], // it does not: when it was seen
  ])
  expect(await seriesRows(db, 'rate', new Date('2024-01-06T23:00:00Z'))).toHaveLength(2)
})

test("another ticker's bars are a series, known at its exchange's close", async () => {
  const { db, ingest } = await ingestBench(['tiingo'])
  const spy: Series = { ...rate, name: 'spy', source: { ticker: 'TEST', field: 'range' } }
  await saveSeries(db, spy)
  const options = {
    providers: { readSeries: async () => ({ points: [], refused: [] }) },
    now: evening('2025-12-31'),
    signal,
  }
  await expect(ingestSeries(db, spy, options)).rejects.toThrow('no bars of TEST are stored')
  await ingest(evening('2025-12-31'))
  expect(await ingestSeries(db, spy, options)).toMatchObject({ inserted: HISTORY.length, revised: 0 })
  const last = (await seriesRows(db, 'spy')).at(-1)!
  expect(last).toMatchObject({ date: '2025-12-31', knownAt: new Date('2025-12-31T21:10:00Z') })
  const { high, low } = HISTORY.at(-1)!
  expect(last.value).toBeCloseTo((100 * Math.log(high! / low!)) / Math.sqrt(4 * Math.LN2), 10)
})
