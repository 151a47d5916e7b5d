import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exogenousFeatures, knownValues, seriesNames } from '../../src/features/exogenous.js'
import { valuesOf } from './bars.js'

const at = (moment: string) => new Date(moment)
const closes = ['2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05'].map((day) => Date.parse(`${day}T21:00:00Z`))
const sessions = ['2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05']

test('a session sees the latest day known at its close, that moment included', () => {
  const points = [
    { date: '2024-01-02', value: 1, knownAt: at('2024-01-02T21:00:00Z') },
    { date: '2024-01-03', value: 2, knownAt: at('2024-01-03T21:00:00.001Z') },
  ]
  const known = knownValues({ name: 'rate', points }, closes)
  expect([...known.values]).toEqual([1, 1, 2, 2])
  expect(known.dates).toEqual(['2024-01-02', '2024-01-02', '2024-01-03', '2024-01-03'])
})

test('a revision counts from when it was known, and an older day never replaces a newer one', () => {
  const points = [
    { date: '2024-01-01', value: 1, knownAt: at('2024-01-02T00:00:00Z') },
    { date: '2024-01-02', value: 2, knownAt: at('2024-01-03T00:00:00Z') },
    { date: '2024-01-02', value: 2.5, knownAt: at('2024-01-04T12:00:00Z') },
    { date: '2024-01-01', value: 9, knownAt: at('2024-01-05T12:00:00Z') },
  ]
  expect([...knownValues({ name: 'rate', points }, closes).values]).toEqual([1, 2, 2.5, 2.5])
})

test('days without a value keep the last one, which grows older; before the first, all is unknown and marked so', () => {
  const points = [{ date: '2024-01-02', value: 3, knownAt: at('2024-01-03T00:00:00Z') }]
  const columns = exogenousFeatures(knownValues({ name: 'vix', points }, closes), sessions)
  expect(columns.map(({ name }) => name)).toEqual(['vix:change', 'vix:z_score', 'vix:age', 'vix:missing'])
  expect([...valuesOf(columns, 'vix:missing')]).toEqual([1, 0, 0, 0])
  expect([...valuesOf(columns, 'vix:age')]).toEqual([Number.NaN, 1, 2, 3].map((days) => Math.log1p(days)))
  expect([...valuesOf(columns, 'vix:change')]).toEqual([Number.NaN, Number.NaN, 0, 0])
  expect(seriesNames(['surprise', ...columns.map(({ name }) => name)])).toEqual(['vix'])
})

test('nothing that is known after a close changes what that session saw', () => {
  const moment = fc.integer({ min: 0, max: 120 })
  const point = fc.record({ day: fc.integer({ min: 0, max: 60 }), known: moment, value: fc.integer() })
  const start = Date.parse('2024-01-01')
  const day = (n: number) => new Date(start + n * 86_400_000)
  fc.assert(
    fc.property(fc.array(point, { maxLength: 80 }), moment, (rows, cut) => {
      const points = rows
        .toSorted((a, b) => a.known - b.known)
        .map(({ day: of, known, value }) => ({ date: day(of).toISOString().slice(0, 10), value, knownAt: day(known) }))
      const ends = Array.from({ length: 121 }, (_, t) => day(t).getTime())
      const full = knownValues({ name: 's', points }, ends)
      const until = points.filter(({ knownAt }) => knownAt <= day(cut))
      const early = knownValues({ name: 's', points: until }, ends.slice(0, cut + 1))
      expect([...full.values.slice(0, cut + 1)]).toEqual([...early.values])
      expect(full.dates.slice(0, cut + 1)).toEqual(early.dates)
    }),
  )
})
