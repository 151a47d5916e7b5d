import { expect, test } from 'vitest'
import type { NextDayRecord } from '../../src/domain/evaluation.js'
import { type AblationTicker, armFigures, armSummary, ensembleRecord } from '../../src/evaluation/ablation.js'
import { ablationMarkdown } from '../../src/evaluation/report/ablationMarkdown.js'
import { pinballOf } from '../../src/evaluation/report/nextDayVerdicts.js'
import { createRandom } from '../../src/model/random.js'

const random = createRandom(5)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
const n = 200
const returnPct = Array.from({ length: n }, () => 1.5 * normal())
const NORMAL = [-1.96, -1.645, -1.282, -0.674, 0, 0.674, 1.282, 1.645, 1.96]

/** Forecasts of one width, in percent. */
const record = (width: number, shift = 0): NextDayRecord => ({
  ...{ protocol: 'next-day', close: [], trainRows: 1, fits: 1, cost: null, sideBySide: 1, returnPct },
  asOf: returnPct.map((_, i) => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10)),
  mean: returnPct.map(() => shift),
  quantiles: returnPct.map(() => NORMAL.map((z) => shift + z * width)),
})

const ticker = (name: string, seeds: NextDayRecord[]): AblationTicker => ({
  ...{ ticker: name, largeMoveRate: 0.18 },
  baselines: new Map(['ewma', 'fhs', 'garch', 'har'].map((baseline, i) => [baseline, record(3 - 0.2 * i)])),
  seeds: new Map([['mamba', seeds]]),
})
const arm = { model: 'mamba', ensemble: 1, recalibrated: false }

test('the figure of an arm is the median of three seeds, against the baseline that was best in hindsight', () => {
  const seeds = [record(1.2), record(1.5), record(6)]
  const [figures] = armFigures(arm, [ticker('A', seeds)])
  const losses = seeds.map(pinballOf).sort((a, b) => a - b)
  expect(figures!.skill_best).toBeCloseTo(1 - losses[1]! / pinballOf(record(3 - 0.6)), 12)
  expect(figures!.skill_ewma).toBeCloseTo(1 - losses[1]! / pinballOf(record(3)), 12)
  expect(figures!.skill_ewma).toBeGreaterThan(figures!.skill_best)
})

test('an ensemble averages quantiles of seeds of its own, and is no worse than its members are on average', () => {
  const members = [record(1, 0.5), record(2, -0.5)]
  const averaged = ensembleRecord(members)
  expect(averaged.mean[0]).toBe(0)
  expect(averaged.quantiles[0]).toEqual(NORMAL.map((z) => (0.5 + z + (-0.5 + 2 * z)) / 2))
  expect(pinballOf(averaged)).toBeLessThan((pinballOf(members[0]!) + pinballOf(members[1]!)) / 2)
  expect(() => armFigures({ ...arm, ensemble: 2 }, [ticker('A', members)])).toThrow('6 seeds are needed, not 2')
})

test('recalibration brings a coverage that is far off nearer', () => {
  const narrow = [1, 2, 3].map(() => record(0.5))
  const [off, on] = [false, true].map((recalibrated) => armFigures({ ...arm, recalibrated }, [ticker('A', narrow)])[0]!)
  expect(off!.coverage_80).toBeLessThan(0.45)
  expect(on!.coverage_80).toBeGreaterThan(off!.coverage_80 + 0.1)
})

test('the table tells command, machine, date, means and each ticker', () => {
  const tickers = [
    ticker(
      'A',
      [1.4, 1.5, 1.6].map((w) => record(w)),
    ),
    ticker(
      'B',
      [6, 6, 6].map((w) => record(w)),
    ),
  ]
  const summary = armSummary(arm, tickers)
  expect(summary).toMatchObject({ tickers_above_best: 1, tickers_brier_above: 0 }) // one probability for all sessions tells nothing
  const provenance = { command: 'mambacast evaluate', machine: '2 cores', date: '2026-01-01', version: '1' }
  const lines = ablationMarkdown({ provenance, window: '200 sessions.', arms: [summary] }).split('\n')
  expect(lines[0]).toBe('    mambacast evaluate')
  expect(lines[2]).toMatch(/^2 cores; 2026-01-01. 200 sessions\. Means over 2 tickers of the median of three/)
  expect(lines.find((line) => line.startsWith('| per ticker |'))).toMatch(
    /\| per ticker \| 1 \| off \| [+-]0\.\d{4} \| [+-]0\.\d{4} \| 1 of 2 \|/,
  )
  expect(lines.at(-1)).toMatch(/^\| per ticker, not recalibrated \| \+0\.\d{4} \| -\d\.\d{4} \|$/)
})
