import { expect, test } from 'vitest'
import { MIN_SETTLED, verdict } from '../../src/evaluation/verdict.js'
import { drawReturns, normalForecasts } from './settledForecasts.js'

/** Volatility that changes every thirty sessions. */
const changing = (t: number): number => (t % 60 < 30 ? 0.7 : 2)
const returns = drawReturns(300, changing, 11)
const knowing = normalForecasts(returns, changing)
const flat = normalForecasts(returns, () => 1.4)
const flatter = normalForecasts(returns, () => 3)
const request = { ticker: 'T', forecaster: 'mamba' }

test('by default no skill is demonstrated', () => {
  const found = verdict({
    ...request,
    settled: flat,
    baselines: new Map([
      ['ewma', knowing],
      ['hist', flatter],
    ]),
  })!
  expect(found).toMatchObject({
    ticker: 'T',
    forecaster: 'mamba',
    asOf: '2020-10-26',
    n: 300,
    distributionSkill: false,
    meanSkill: false,
    strongestBaseline: 'ewma',
    cwPValue: null,
    r2Oos: 0,
  })
  expect(found.pinballSkill.ewma).toBeLessThan(0)
  expect(found.pinballSkill.hist).toBeGreaterThan(0)
  expect(found.dmPValue).toBeGreaterThan(0.5)
  expect(found.sentence).toMatch(
    /^No demonstrated skill over 300 sessions: its pinball loss was \d+\.\d % above that of ewma, the strongest of 2 baselines, and its mean forecast was no better than "no change"/,
  )
})

test('a distribution that beats the strongest baseline beyond chance has skill', () => {
  const found = verdict({
    ...request,
    settled: knowing,
    baselines: new Map([
      ['hist', flat],
      ['zero', flatter],
    ]),
  })!
  expect(found).toMatchObject({ distributionSkill: true, meanSkill: false, strongestBaseline: 'hist' })
  expect(found.dmPValue).toBeLessThan(0.05)
  expect(found.sentence).toMatch(
    /^Skill demonstrated over 300 sessions in how far the price can move, not in its expected change: .* below that of hist, the strongest of 2 baselines \(p [<=] 0\.\d+\)/,
  )
})

test('beating a weak baseline is no skill while a strong one stands beside it', () => {
  const found = verdict({
    ...request,
    settled: flat,
    baselines: new Map([
      ['zero', flatter],
      ['garch', knowing],
    ]),
  })!
  expect(found.distributionSkill).toBe(false)
})

test('a mean that knows the direction has skill in the mean only', () => {
  const settled = normalForecasts(
    returns,
    () => 1.4,
    (t) => 0.2 * Math.sign(returns[t]!),
  ).map((forecast, t) => ({
    ...forecast,
    quantiles: flat[t]!.quantiles,
  }))
  const found = verdict({ ...request, settled, baselines: new Map([['hist', flat]]) })!
  expect(found).toMatchObject({ distributionSkill: false, meanSkill: true, dmPValue: null })
  expect(found.r2Oos).toBeGreaterThan(0)
  expect(found.sentence).toMatch(/^No demonstrated skill over 300 sessions in how far the price can move/)
})

test('a mean that knows something but errs more than "no change" is not called skill', () => {
  const settled = normalForecasts(returns, changing, (t) => 3 * Math.sign(returns[t]!))
  const found = verdict({ ...request, settled, baselines: new Map([['hist', flat]]) })!
  expect(found.cwPValue).toBeLessThan(0.05)
  expect(found.r2Oos).toBeLessThan(0)
  expect(found.meanSkill).toBe(false)
})

test('a better forecast with a better mean has both', () => {
  const settled = normalForecasts(returns, changing, (t) => 0.3 * Math.sign(returns[t]!))
  const found = verdict({ ...request, settled, baselines: new Map([['hist', flat]]) })!
  expect(found).toMatchObject({ distributionSkill: true, meanSkill: true })
  expect(found.sentence).toMatch(/^Skill demonstrated over 300 sessions: .*the baseline hist/)
})

test('too few sessions say nothing, however good they look', () => {
  const few = MIN_SETTLED - 1
  const found = verdict({
    ...request,
    settled: knowing.slice(0, few),
    baselines: new Map([['hist', flatter.slice(0, few)]]),
  })!
  expect(found.dmPValue).toBeLessThan(0.05)
  expect(found.distributionSkill).toBe(false)
  expect(found.sentence).toBe(
    `No demonstrated skill: 59 sessions settled so far, too few to say anything (at least 60 needed).`,
  )
})

test('only sessions that all have settled are counted', () => {
  const found = verdict({
    ...request,
    settled: knowing.slice(0, 200),
    baselines: new Map([
      ['hist', flat.slice(50)],
      ['zero', flatter],
      ['har', []],
    ]),
  })!
  expect(found.n).toBe(150)
  expect(found.asOf).toBe(knowing[199]!.asOf)
  expect(Object.keys(found.pinballSkill).sort()).toEqual(['hist', 'zero'])
})

test('without a shared session or a baseline there is no verdict', () => {
  expect(verdict({ ...request, settled: [], baselines: new Map([['hist', flat]]) })).toBeNull()
  expect(verdict({ ...request, settled: flat, baselines: new Map() })).toBeNull()
  expect(verdict({ ...request, settled: flat.slice(0, 10), baselines: new Map([['hist', flat.slice(10)]]) })).toBeNull()
})
