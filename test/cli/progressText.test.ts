import { expect, test } from 'vitest'
import { partText, runText, spanText } from '../../src/cli/progressText.js'
import type { TickerProgress } from '../../src/domain/run.js'
import { trainingProgress } from '../../src/scheduler/trainingProgress.js'

const done: TickerProgress = { stage: 'done', done: 0, total: 0 }
const waiting: TickerProgress = { stage: 'waiting', done: 0, total: 0 }

test('a training says how far it is and how long it still takes', () => {
  const progress: TickerProgress = { stage: 'train', done: 40, total: 200, loss: 0.12345, secondsLeft: 7.2 }
  expect(partText('SPY', progress)).toBe('SPY  train epoch 40/200, validation loss 0.1235, 8 s left')
  expect(partText('SPY', { ...progress, stage: 'backtest' })).toMatch(/^SPY {2}backtest: train epoch 40/)
  expect(partText('SPY', { ...waiting, stage: 'forecast', message: 'auditing 3/9' })).toBe('SPY  auditing 3/9')
})

test('a run counts its parts by their name, and says how long the rest takes at the pace so far', () => {
  const parts = new Map([
    ['gru, seed 1', done],
    ['lstm, seed 1', { stage: 'train', done: 1, total: 9 } as const],
    ['s4d, seed 1', waiting],
  ])
  expect(runText('experiments', parts, 100)).toBe('1/3 experiments, about 4 min left  lstm, seed 1  train epoch 1/9')
  expect(runText('tickers', new Map([['A', waiting]]), 5)).toBe('0/1 tickers')
  expect(runText('tickers', new Map([['A', done]]), 5)).toBe('1/1 tickers')
})

test.each([
  [0.2, '1 s'],
  [89, '89 s'],
  [91, '2 min'],
  [7_500, '2 h 5 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(spanText(seconds)).toBe(text)
})

test('the pace of a training that was taken up is that of its epochs since', () => {
  const told: TickerProgress[] = []
  let now = 0
  const listen = trainingProgress(
    'train',
    (progress) => told.push(progress),
    () => now,
  )
  for (const epoch of [150, 151, 152]) {
    listen({ epoch, maxEpochs: 200, trainLoss: 1, validationLoss: 2 })
    now += 500
  }
  expect(told.map(({ done: at, secondsLeft }) => [at, secondsLeft])).toEqual([
    [150, undefined],
    [151, 24.5],
    [152, 24],
  ])
})
