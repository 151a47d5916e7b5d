import { expect, test } from 'vitest'
import { type ChartSeries, chartSchema, readChart } from '../../../src/ingest/yahoo/chart.js'
import { type Day, days, FORMATS } from '../providerFormats.js'

const now = new Date('2026-01-05T12:00:00Z')
const yahoo = FORMATS.find(({ name }) => name === 'yahoo')!
const chartOf = (all: readonly Day[]): ChartSeries =>
  chartSchema.parse(JSON.parse(yahoo.body(all, undefined as never))).chart.result![0]!

const withActions = days(10).map((day, i) => ({
  ...day,
  ...(i === 3 && { dividend: 0.5 }),
  ...(i === 6 && { split: 7 }),
}))

test('splits are undone: prices, volumes and dividends come as they were on their day', () => {
  const { bars, actions } = readChart(chartOf(withActions), 'yahoo T', now)
  expect(bars.map(({ session, close, volume }) => [session, close, volume])).toEqual(
    withActions.map(({ date, close, volume }) => [date, close, volume]),
  )
  expect(actions).toEqual([
    { session: withActions[3]!.date, kind: 'dividend', value: 0.5 },
    { session: withActions[6]!.date, kind: 'split', value: 7 },
  ])
})

test('a split that is named before the prices follow is not undone twice', () => {
  const traded = days(10).map((day, i) => {
    const per = i < 6 ? 1 : 2
    const cut = (price: number | null) => price! / per
    return { ...day, open: cut(day.open), high: cut(day.high), low: cut(day.low), close: cut(day.close) }
  })
  const chart = chartOf(traded)
  const date = Date.parse(`${traded[6]!.date}T14:30:00Z`) / 1000
  const named = { ...chart, events: { splits: { [date]: { date, numerator: 2, denominator: 1 } } } }
  const { bars } = readChart(named, 'yahoo T', now)
  expect(bars.map(({ close }) => close)).toEqual(traded.map(({ close }) => expect.closeTo(close, 4)))
})

test('the bar of a session that is still open is left out, by the exchange’s own hours', () => {
  const all = days(5, '2026-01-05')
  const period = { start: Date.parse('2026-01-05T14:30:00Z') / 1000, end: Date.parse('2026-01-05T21:00:00Z') / 1000 }
  const chart = chartOf(all)
  const live = { ...chart, meta: { ...chart.meta, currentTradingPeriod: { regular: period } } }
  const last = (at: string) => readChart(live, 'yahoo T', new Date(at)).bars.at(-1)!.session
  expect(last('2026-01-05T20:59:00Z')).toBe('2026-01-02')
  expect(last('2026-01-05T21:00:00Z')).toBe('2026-01-05')
})

test('a live quote beside the bar of the same day is refused, and the bar kept', () => {
  const all = days(5)
  const chart = chartOf([...all, { ...all.at(-1)!, close: all.at(-1)!.high }])
  const { bars, refused } = readChart(chart, 'yahoo T', now)
  expect(bars.at(-1)!.close).toBe(all.at(-1)!.close)
  expect(refused).toEqual([{ source: 'yahoo T', line: 6, reason: `date ${all.at(-1)!.date} is already on line 5` }])
})

test('a row without any price says which day it is', () => {
  const all = days(3)
  const empty = { ...all[1]!, open: null, high: null, low: null, close: null, volume: null }
  expect(readChart(chartOf([all[0]!, empty, all[2]!]), 'yahoo T', now).refused).toMatchObject([
    { line: 2, reason: `no prices on ${empty.date}` },
  ])
})
