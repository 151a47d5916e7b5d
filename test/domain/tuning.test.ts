import { expect, test } from 'vitest'
import { bestOf, candidatesOf, type Trial } from '../../src/domain/tuning.js'

const setting = { learningRate: 0.01, weightDecay: 0.001, dModel: 16, nLayers: 2, dState: 16 }
const trial = (candidate: number, ticker: string, pinball: number | null, epochs = 10): Trial => ({
  ...{ bracket: candidate === 0 ? -1 : 1, rung: epochs === 10 ? 0 : 1, candidate, ticker, setting, epochs, pinball },
  ...{ bestEpoch: 5, ewmaPinball: ticker === 'A' ? 1 : 4, error: pinball === null ? 'diverged' : null, seconds: 1 },
})

test('a loss is the mean over the tickers of the ratio to EWMA, so that no ticker counts by its volatility', () => {
  const [one] = candidatesOf([trial(1, 'A', 0.9), trial(1, 'B', 3.8)], 2)
  expect(one!.loss).toBeCloseTo((0.9 + 0.95) / 2, 12)
})

test('what failed on one ticker, or is not done on all, has no loss', () => {
  const candidates = candidatesOf([trial(1, 'A', 0.9), trial(1, 'B', null), trial(2, 'A', 0.5)], 2)
  expect(candidates.map(({ loss }) => loss)).toEqual([null, null])
})

test('the best is that of the lowest loss among those with the most epochs, beside the default', () => {
  const trials = [trial(0, 'A', 0.98, 30), trial(1, 'A', 0.9), trial(2, 'A', 0.97, 30), trial(3, 'A', 0.96, 30)]
  const { standard, best } = bestOf(candidatesOf(trials, 1))
  expect(standard!.loss).toBe(0.98)
  expect(best!.candidate).toBe(3)
})

test('nothing is best before anything is done', () => {
  expect(bestOf([])).toEqual({ standard: undefined, best: undefined })
})
