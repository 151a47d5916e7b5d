import { expect, test } from 'vitest'
import { type Attribution, type Explanation, isComplete } from '../../src/domain/explanation.js'
import { medianSentence, rankedFeatures, widthPct, widthSentence } from '../../src/domain/explanationWords.js'

const parts = (features: number[], residual = 0): Attribution => ({
  ...{ baseline: 0.5, output: 0.5 + features.reduce((sum, part) => sum + part, 0), residual, steps: 8 },
  ...{ features, sessions: [0, 0], earlier: 0 },
})

const explained = (width: Attribution | null, median = parts([0, 0.02, 0, 0])): Explanation => ({
  features: ['relative_volume', 'parkinson_5', 'is_monday', 'is_friday'],
  values: [0.01, -1.94, -0.5, 2],
  sessions: ['2025-06-12', '2025-06-13'],
  ...{ width, median, attention: { sessions: [0.4, 0.6], earlier: 0 } },
})

test('the sentence names what narrows most and what works against it, and the whole', () => {
  expect(widthSentence(explained(parts([0.05, -0.22, -0.03, 0.01])))).toBe(
    'The range of the last 5 sessions narrows the interval most (\u221219.7\u202f%), the volume against its 22-session mean widens it most (+5.1\u202f%). In all the network draws it 17.3\u202f% narrower than after average sessions of the same volatility.',
  )
})

test('the weekdays count as one feature, which stands at the day that it is', () => {
  const ranked = rankedFeatures(explained(null), parts([0.05, -0.22, -0.03, 0.13]))
  expect(ranked.map(({ words, standing }) => [words, standing])).toEqual([
    ['the range of the last 5 sessions', '1.9\u00a0sd below usual'],
    ['the day of the week', 'Friday'],
    ['the volume against its 22-session mean', 'as usual'],
  ])
  expect(ranked[1]!.part).toBeCloseTo(0.1, 12)
})

test('effects on the width multiply to the whole', () => {
  const width = parts([0.05, -0.22, -0.03, 0.01])
  const product = width.features.reduce((factor, part) => factor * (1 + widthPct(part) / 100), 1)
  expect(product).toBeCloseTo(Math.exp(width.output - width.baseline), 12)
})

test('what does not add up within 1 % is said not to be shown, with by how much it misses', () => {
  const wrong = parts([0.05, -0.22, 0, 0], 0.0101)
  expect(isComplete(wrong)).toBe(false)
  expect(isComplete(parts([0.05], 0.01))).toBe(true)
  const sentence = 'is not shown: the parts miss the whole by 1.0\u202f%, more than 1\u202f%.'
  expect(widthSentence(explained(wrong))).toBe(`What shaped the interval ${sentence}`)
  expect(medianSentence(explained(null, wrong))).toBe(`What shaped the median ${sentence}`)
})

test('a model that nothing moved, or that forecasts no width, is told so', () => {
  expect(widthSentence(explained(parts([0, 0, 0, 0])))).toContain('Nothing in the past sessions moved the width')
  expect(widthSentence(explained(null))).toContain('forecasts no width of its own')
  expect(medianSentence(explained(null, parts([0, 0, 0, 0])))).toBe(
    "The network's median is +0.50\u202f%, after average sessions it would be +0.50\u202f%.",
  )
})
