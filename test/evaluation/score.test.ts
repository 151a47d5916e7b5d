import { expect, test } from 'vitest'
import { figures } from '../../src/evaluation/figures.js'
import { scoreTicker } from '../../src/evaluation/score.js'
import { drawReturns, normalForecasts } from './settledForecasts.js'

const returns = drawReturns(100, () => 1, 5)
const settled = new Map([
  ['mamba', normalForecasts(returns, () => 1)],
  ['ewma', normalForecasts(returns, () => 1.2)],
  ['zero', normalForecasts(returns, () => 2).slice(0, 98)],
])
const asOf = settled.get('mamba')!.map((forecast) => forecast.asOf)

test('gives every forecaster its figures in every window, from the given session on', () => {
  const { scores } = scoreTicker('T', settled, asOf[97]!)
  expect(scores.map((row) => [row.forecaster, row.window, row.asOf])).toEqual([
    ...[20, 60, 250].flatMap((window) => [97, 98, 99].map((t) => ['mamba', window, asOf[t]])),
    ...[20, 60, 250].flatMap((window) => [97, 98, 99].map((t) => ['ewma', window, asOf[t]])),
    ...[20, 60, 250].map((window) => ['zero', window, asOf[97]]),
  ])
  expect(scores[2]!.figures).toEqual(figures(settled.get('mamba')!.slice(80)))
  expect(scores[8]!.figures).toEqual(figures(settled.get('mamba')!))
})

test('judges models, not baselines, over everything settled', () => {
  const { verdicts } = scoreTicker('T', settled, asOf[97]!)
  expect(verdicts.map(({ forecaster, n, strongestBaseline }) => [forecaster, n, strongestBaseline])).toEqual([
    ['mamba', 98, 'ewma'],
  ])
})

test('a session settled later leaves the rows of earlier ones as they were', () => {
  const earlier = new Map([...settled].map(([name, list]) => [name, list.slice(0, 90)]))
  const before = scoreTicker('T', earlier, asOf[0]!).scores
  const after = scoreTicker('T', settled, asOf[0]!).scores.filter((row) => row.asOf <= asOf[89]!)
  expect(after).toEqual(before)
})

test('with nothing settled there is nothing to store', () => {
  expect(scoreTicker('T', new Map(), '2020-01-01')).toEqual({ scores: [], verdicts: [] })
  expect(scoreTicker('T', settled, '2099-01-01').scores).toEqual([])
})
