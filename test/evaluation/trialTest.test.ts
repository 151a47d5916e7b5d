import { expect, test } from 'vitest'
import { isNotWorse, trialTest } from '../../src/evaluation/trialTest.js'
import { createRandom } from '../../src/model/random.js'

const SCALES = [-1.96, -1.645, -1.2816, -0.6745, 0, 0.6745, 1.2816, 1.645, 1.96]

/** Gaussian returns of deviation 1, forecast with the given widths. */
function sessions(n: number, challengerWidth: (t: number) => number, seed = 3) {
  const random = createRandom(seed)
  return Array.from({ length: n }, (_, t) => ({
    asOf: new Date(Date.UTC(2024, 0, 1 + t)).toISOString().slice(0, 10),
    challenger: SCALES.map((q) => q * challengerWidth(t)),
    served: SCALES,
    returnPct: Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  }))
}

test('a challenger that says the same is not worse, by the margin, however few sessions', () => {
  const test = trialTest(
    sessions(20, () => 1),
    3,
  )!
  expect(test).toMatchObject({ n: 20, asOf: '2024-01-20', marginPct: 3 })
  expect(test.pinball).toBe(test.servedPinball)
  expect(isNotWorse(test, 20)).toBe(true)
})

test('before its least sessions nothing counts as not worse', () => {
  const test = trialTest(
    sessions(19, () => 1),
    3,
  )
  expect(isNotWorse(test, 20)).toBe(false)
  expect(trialTest([], 3)).toBeNull()
  expect(isNotWorse(null, 20)).toBe(false)
})

test('a challenger that is clearly worse is not let through', () => {
  for (const seed of [1, 2, 3, 4, 5])
    expect(
      isNotWorse(
        trialTest(
          sessions(60, () => 1.8, seed),
          3,
        ),
        20,
      ),
    ).toBe(false)
})

test('as good on average is not enough while chance can hide a loss above the margin', () => {
  const noisy = (t: number) => (t % 2 === 0 ? 0.6 : 1.6)
  expect(isNotWorse(trialTest(sessions(20, noisy), 3), 20)).toBe(false)
})

test('one who is exactly at the margin passes no more often than the level of the test', () => {
  let passed = 0
  const trials = 400
  for (let seed = 1; seed <= trials; seed++) {
    const rows = sessions(40, (t) => 1 + 0.3 * Math.sin(t + seed), seed)
    const { pinball, servedPinball } = trialTest(rows, 3)!
    const level = 100 * (expectedLoss() / pinballOfServed() - 1)
    if (isNotWorse(trialTest(rows, Math.max(level, 0.01)), 20)) passed++
    expect(pinball).toBeGreaterThan(0.8 * servedPinball)
  }
  expect(passed / trials).toBeLessThan(0.1)
})

/** Mean pinball loss of width w for a standard normal return, over w = 1 + 0.3 sin: by quadrature. */
function expectedLoss(): number {
  let sum = 0
  for (let i = 0; i < 64; i++) sum += lossOfWidth(1 + 0.3 * Math.sin((2 * Math.PI * i) / 64))
  return sum / 64
}
const pinballOfServed = (): number => lossOfWidth(1)

function lossOfWidth(width: number): number {
  const LEVELS = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975]
  let sum = 0
  for (let y = -6; y <= 6; y += 0.02) {
    const weight = (0.02 * Math.exp((-y * y) / 2)) / Math.sqrt(2 * Math.PI)
    LEVELS.forEach((tau, k) => {
      const e = y - SCALES[k]! * width
      sum += (weight * Math.max(tau * e, (tau - 1) * e)) / LEVELS.length
    })
  }
  return sum
}
