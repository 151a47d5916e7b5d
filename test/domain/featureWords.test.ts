import { expect, test } from 'vitest'
import { featureWords } from '../../src/domain/featureWords.js'
import { computeFeatures } from '../../src/features/computeFeatures.js'
import { adjustBars } from '../../src/ingest/adjust.js'
import { createSampleProvider } from '../../src/ingest/sampleProvider.js'

test('every feature that is computed has plain words, and none keeps its technical name', async () => {
  const provider = createSampleProvider()
  const [symbol] = await provider.list()
  const { bars } = await provider.fetchBars({ symbol: symbol!, now: new Date('2022-06-01T00:00:00Z') })
  const closes = Float64Array.from(bars, ({ close }) => close)
  const dates = bars.map(({ session }) => session)
  const exogenous = [{ name: 'vix_close', values: closes, dates }]
  const { names } = computeFeatures(adjustBars(bars.slice(0, 300)), { exogenous })
  expect(names.length).toBeGreaterThan(30)
  for (const name of names) {
    const words = featureWords(name)
    expect(words, name).not.toBe(name)
    expect(words, name).not.toMatch(/[_:]/)
  }
})

test.each([
  ['parkinson_5', 'the range of the last 5 sessions'],
  ['parkinson_1', 'the range of the last session'],
  ['volatility_ratio_5_22', 'volatility of 5 sessions against 22'],
  ['is_friday', 'the day of the week'],
  ['total_mv_z_score', 'total mv against its last 66 sessions'],
  ['vix:age', 'the age of what is known of vix'],
  ['ticker:601988.SH', 'which ticker it is'],
  ['month:3', 'the month'],
  ['something_new', 'something new'],
])('%s is %s', (name, words) => {
  expect(featureWords(name)).toBe(words)
})
