import { expect, test } from 'vitest'
import { auditForecast } from '../../src/evaluation/leakAudit.js'

interface Row {
  readonly session: string
  readonly value: number
}
const bars: Row[] = [0.1, 0.2, 0.3, 0.4].map((value, i) => ({ session: `2024-01-0${i + 1}`, value }))
const last = (rows: readonly Row[]) => ({ mean: rows.at(-1)!.value, quantiles: [rows.at(-1)!.value / 3] })
const asOf = '2024-01-02'

test('a forecast from what was known stands', async () => {
  expect(await auditForecast({ bars, asOf, forecast: last(bars.slice(0, 2)), recompute: last })).toEqual([])
})

test('a forecast that used a later bar is found', async () => {
  expect(
    await auditForecast({ bars, asOf, forecast: last(bars.slice(0, 3)), recompute: async (rows) => last(rows) }),
  ).toEqual([
    { field: 'mean', recorded: 0.3, recomputed: 0.2 },
    { field: 'quantiles[0]', recorded: 0.3 / 3, recomputed: 0.2 / 3 },
  ])
})

test('a difference of one bit is found', async () => {
  const forecast = { mean: 0.2 + Number.EPSILON / 8, quantiles: [0.2 / 3] }
  expect(await auditForecast({ bars, asOf, forecast, recompute: last })).toMatchObject([{ field: 'mean' }])
})

test('the recomputation is shown nothing after the session of the forecast', async () => {
  const shown: string[] = []
  await auditForecast({
    bars,
    asOf,
    forecast: last(bars.slice(0, 2)),
    recompute: (rows) => {
      shown.push(...rows.map(({ session }) => session))
      return last(rows)
    },
  })
  expect(shown).toEqual(['2024-01-01', '2024-01-02'])
})

test('an audit without bars, or of another kind of forecast, is refused', async () => {
  const forecast = { mean: 0, quantiles: [] }
  await expect(auditForecast({ bars, asOf: '2023-12-31', forecast, recompute: last })).rejects.toThrow(
    'no bar up to 2023-12-31',
  )
  await expect(auditForecast({ bars, asOf, forecast, recompute: last })).rejects.toThrow(RangeError)
})
