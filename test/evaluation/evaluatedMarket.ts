import type { ModelCost, NextDayRecord, PaperRecord } from '../../src/domain/evaluation.js'
import { QUANTILE_LEVELS } from '../../src/domain/forecast.js'
import type { TickerInput } from '../../src/evaluation/report/reportData.js'
import { ndtri } from '../../src/model/baselines/specialFunctions.js'
import { createRandom } from '../../src/model/random.js'

/** Records of made-up evaluations for tests of the report: returns whose true volatility a good forecaster knows. */
const SESSIONS = 200
const random = createRandom(7)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
const volatility = Array.from({ length: SESSIONS }, (_, t) => 1.5 + Math.sin(t / 15))
const returns = volatility.map((scale) => scale * normal())
const sessions = returns.map((_, t) => new Date(Date.UTC(2020, 0, 1 + t)).toISOString().slice(0, 10))

const cost = (seconds: number): ModelCost => ({
  ...{ parameters: 7041, epochs: 3, losses: [0.05, 0.01, 0.002, 0.001], backend: 'wasm' },
  ...{ trainSeconds: seconds, inferenceSeconds: seconds / 100 },
})

function nextDay(scales: readonly number[], trained: ModelCost | null): NextDayRecord {
  return {
    ...{ protocol: 'next-day', asOf: sessions, close: sessions.map(() => 100), returnPct: returns },
    mean: returns.map(() => 0),
    quantiles: scales.map((scale) => QUANTILE_LEVELS.map((level) => scale * ndtri(level))),
    ...{ trainRows: 1000, fits: 1, cost: trained, sideBySide: 1 },
  }
}

const flat = volatility.map(() => 1.7)

/** `mamba` under three seeds, the best of them first, and two baselines. */
export const nextDayMarket: readonly TickerInput[] = [
  {
    ...{ ticker: 'T', isSample: true, bars: 1201, largeMoveRate: 0.2 },
    models: [
      { model: 'zero', seed: 0, record: nextDay(flat, null) },
      {
        model: 'ewma',
        seed: 0,
        record: nextDay(
          flat.map((scale) => 0.9 * scale),
          null,
        ),
      },
      { model: 'mamba', seed: 1, record: nextDay(volatility, cost(2)) },
      {
        model: 'mamba',
        seed: 2,
        record: nextDay(
          volatility.map((scale) => 1.3 * scale),
          cost(4),
        ),
      },
      {
        model: 'mamba',
        seed: 3,
        record: nextDay(
          volatility.map((scale) => 1.1 * scale),
          cost(3),
        ),
      },
    ],
  },
]

const close = [100]
for (const value of returns) close.push(close.at(-1)! * (1 + value / 100))

function paper(predictions: readonly number[], trained: ModelCost | null): PaperRecord {
  return {
    ...{ protocol: 'paper', sessions, close: close.slice(1), previousClose: close.slice(0, -1), predictions },
    ...{ trainRows: 1000, cost: trained, sideBySide: 1 },
  }
}

/** One of the paper's tickers: a network that is worse than persistence, and one that saw the answer. */
export const paperMarket: readonly TickerInput[] = [
  {
    ...{ ticker: '601988.SH', isSample: false, bars: 1200, largeMoveRate: 0.2 },
    models: [
      {
        model: 'zero',
        seed: 0,
        record: paper(
          returns.map(() => 0),
          null,
        ),
      },
      {
        model: 'mambastock',
        seed: 0,
        record: paper(
          returns.map(() => 0.004),
          cost(2),
        ),
      },
      {
        model: 'lstm',
        seed: 1,
        record: paper(
          returns.map((value) => value / 100),
          cost(9),
        ),
      },
    ],
  },
]

export const walkForward = { testSize: 200, stepSize: 200, refit: 1, embargo: 0, window: 'expanding' } as const
export const provenance = {
  ...{ command: 'mambacast evaluate', machine: '2 cores', date: '2026-11-24', version: '0' },
  recalibrated: true,
}
