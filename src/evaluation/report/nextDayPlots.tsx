import type { NextDayRecord } from '../../domain/evaluation.js'
import { QUANTILE_LEVELS } from '../../domain/forecast.js'
import { pitHistogram } from '../distributionMetrics.js'
import { rollingFigures } from '../figures.js'
import { settledOf } from '../nextDayFigures.js'
import { baselinesOf, medianSeed, pinballOf } from './nextDayVerdicts.js'
import { Plot, type Series } from './plot.js'
import type { ModelInput } from './reportData.js'

const MAIN = 'mamba'
const ROLLING = 60
const PIT_BINS = 10

/** Price with intervals, errors, rolling figures, PIT and coverage of one ticker under protocol `next-day`. */
export function NextDayPlots({ models }: { models: readonly ModelInput[] }) {
  const { name, record } = mainOf(models)
  const rivals = [...baselinesOf(models)].filter(([rival]) => rival !== name)
  const [strongest] = rivals.sort((a, b) => pinballOf(a[1]) - pinballOf(b[1]))
  return (
    <div class="plots">
      <PricePlot name={name} record={record} />
      <ErrorPlot name={name} record={record} />
      <RollingPlot name={name} record={record} rivals={strongest ? [strongest] : []} figure="pinball" />
      <RollingPlot name={name} record={record} rivals={strongest ? [strongest] : []} figure="coverage_80" />
      <PitPlot name={name} record={record} />
      <CoveragePlot rows={[[name, record], ...(strongest ? [strongest] : [])]} />
    </div>
  )
}

interface Shown {
  readonly name: string
  readonly record: NextDayRecord
}

/** The product's model by its median seed, else the first that was trained, else the first baseline. */
function mainOf(models: readonly ModelInput[]): Shown {
  const trained = models.filter(({ record }) => record.cost)
  const name = trained.find(({ model }) => model === MAIN)?.model ?? trained[0]?.model ?? models[0]!.model
  return { name, record: medianSeed(models.filter(({ model }) => model === name)).record }
}

type Level = (typeof QUANTILE_LEVELS)[number]

const quantilesAt = ({ quantiles }: NextDayRecord, level: Level): number[] =>
  quantiles.map((q) => q[QUANTILE_LEVELS.indexOf(level)]!)

/** A return in percent as the price of the next session, on the basis of the close before it. */
const asPrice = ({ close }: NextDayRecord, returns: readonly number[]): number[] =>
  returns.map((value, i) => close[i]! * (1 + value / 100))

function PricePlot({ name, record }: Shown) {
  const band = (low: Level, high: Level, coverage: 80 | 95): Series => ({
    kind: 'band',
    label: `${coverage} % interval`,
    colour: `band-${coverage}`,
    low: asPrice(record, quantilesAt(record, low)),
    high: asPrice(record, quantilesAt(record, high)),
  })
  const outside = record.returnPct.map((value, i) => {
    const [low, high] = [record.quantiles[i]![0]!, record.quantiles[i]!.at(-1)!]
    return value < low || value > high ? value : Number.NaN
  })
  return (
    <Plot
      title="Price of the next session and its forecast"
      unit="quote currency"
      note={`Each interval of ${name} was made the session before. About one return in twenty should fall outside the wider one.`}
      labels={record.asOf}
      series={[
        band(0.025, 0.975, 95),
        band(0.1, 0.9, 80),
        { kind: 'line', label: 'what came', colour: 'ink', values: asPrice(record, record.returnPct) },
        { kind: 'dots', label: 'outside 95 %', colour: 'miss', values: asPrice(record, outside) },
      ]}
    />
  )
}

const ErrorPlot = ({ name, record }: Shown) => (
  <Plot
    title="Return and error of the mean forecast"
    unit="%"
    note={`Where the two lines lie on one another the mean of ${name} says "no change".`}
    labels={record.asOf}
    include={[0]}
    series={[
      { kind: 'line', label: 'return', colour: 'quiet', values: record.returnPct },
      {
        ...{ kind: 'line', label: 'return less mean forecast', colour: 'k0' },
        values: record.returnPct.map((value, i) => value - record.mean[i]!),
      },
    ]}
  />
)

interface RollingProps extends Shown {
  readonly rivals: readonly [string, NextDayRecord][]
  readonly figure: 'pinball' | 'coverage_80'
}

function RollingPlot({ name, record, rivals, figure }: RollingProps) {
  const line = (label: string, of: NextDayRecord, colour: string): Series => ({
    ...{ kind: 'line', label, colour },
    values: rollingFigures(settledOf(of), ROLLING).map((f) =>
      f.n < Math.min(ROLLING, of.asOf.length) ? Number.NaN : f[figure],
    ),
  })
  const isLoss = figure === 'pinball'
  return (
    <Plot
      title={
        isLoss ? `Pinball loss over ${ROLLING} sessions` : `Coverage of the 80 % interval over ${ROLLING} sessions`
      }
      unit={isLoss ? '%, lower is better' : 'share'}
      note={
        isLoss
          ? 'The model beside the strongest baseline over the same sessions.'
          : 'The share of returns inside; 0.8 is what the interval promises.'
      }
      labels={record.asOf}
      include={isLoss ? [] : [0.8]}
      series={[
        line(name, record, 'k0'),
        ...rivals.map(([rival, of]) => line(rival, of, 'k1')),
        ...(isLoss
          ? []
          : [{ kind: 'line', label: 'promised', colour: 'quiet', values: record.asOf.map(() => 0.8) } as const]),
      ]}
    />
  )
}

function PitPlot({ name, record }: Shown) {
  const n = record.asOf.length
  const counts = pitHistogram(settledOf(record), PIT_BINS)
  return (
    <Plot
      title="PIT histogram"
      unit="share of sessions"
      note={`The probability that ${name} gave to returns up to the one that came. Flat is calibrated; high ends mean intervals too narrow, a hump too wide.`}
      labels={counts.map((_, i) => `${(i / PIT_BINS).toFixed(1)} to ${((i + 1) / PIT_BINS).toFixed(1)}`)}
      include={[0]}
      series={[
        { kind: 'bars', label: name, colour: 'k0', values: counts.map((count) => count / n) },
        { kind: 'line', label: 'calibrated', colour: 'quiet', values: counts.map(() => 1 / PIT_BINS) },
      ]}
    />
  )
}

function CoveragePlot({ rows }: { rows: readonly (readonly [string, NextDayRecord])[] }) {
  const levels = QUANTILE_LEVELS
  const shareBelow = (record: NextDayRecord, i: number) =>
    record.returnPct.filter((value, t) => value <= record.quantiles[t]![i]!).length / record.returnPct.length
  return (
    <Plot
      title="Coverage of every quantile"
      unit="share of returns at or below it, less its level"
      note="0 is what each quantile promises."
      labels={levels.map((level) => `${100 * level} %`)}
      include={[0]}
      series={[
        ...rows.flatMap(([label, record], k): Series[] => {
          const values = levels.map((level, i) => shareBelow(record, i) - level)
          return [{ kind: 'line', label, colour: `k${k}`, values }]
        }),
        { kind: 'line', label: 'promised', colour: 'quiet', values: levels.map(() => 0) },
      ]}
    />
  )
}
