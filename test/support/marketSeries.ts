import { QUANTILE_LEVELS } from '../../src/domain/forecast.js'
import type { Figures } from '../../src/domain/score.js'

/** Standard normal quantiles at `QUANTILE_LEVELS`. */
const Z = [-1.96, -1.645, -1.282, -0.674, 0, 0.674, 1.282, 1.645, 1.96]

export interface SimulatedDay {
  readonly session: string
  readonly returnPct: number
  /** True standard deviation of the day, in percent. */
  readonly sigmaPct: number
}

/** Uniform numbers in [0, 1): mulberry32. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Standard normal numbers: Box and Muller. */
export function normal(seed: number): () => number {
  const next = uniform(seed)
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
}

/** `count` weekdays that end at `last`, oldest first. */
export function weekdaysUntil(last: string, count: number): string[] {
  const sessions: string[] = []
  for (let day = new Date(`${last}T00:00:00Z`); sessions.length < count; day = new Date(day.getTime() - 86_400_000))
    if (day.getUTCDay() % 6 !== 0) sessions.unshift(day.toISOString().slice(0, 10))
  return sessions
}

/** The weekday after `session`. */
export function nextWeekday(session: string): string {
  let day = new Date(`${session}T00:00:00Z`)
  do day = new Date(day.getTime() + 86_400_000)
  while (day.getUTCDay() % 6 === 0)
  return day.toISOString().slice(0, 10)
}

/** Returns with GARCH(1,1) volatility clusters around `levelPct`. */
export function simulateDays(seed: number, sessions: readonly string[], levelPct: number): SimulatedDay[] {
  const shock = normal(seed)
  const floor = levelPct * levelPct * 0.05
  let variance = levelPct * levelPct
  let last = 0
  return sessions.map((session) => {
    variance = floor + 0.13 * last * last + 0.82 * variance
    last = Math.sqrt(variance) * shock()
    return { session, returnPct: last, sigmaPct: Math.sqrt(variance) }
  })
}

/** Nine quantiles of a normal distribution, in percent. */
export const normalQuantiles = (mean: number, sigmaPct: number): number[] => Z.map((z) => mean + z * sigmaPct)

interface Settled {
  readonly mean: number
  readonly quantiles: readonly number[]
  readonly returnPct: number
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const pinballOf = ({ quantiles, returnPct }: Settled): number =>
  average(
    QUANTILE_LEVELS.map((tau, i) =>
      Math.max(tau * (returnPct - quantiles[i]!), (tau - 1) * (returnPct - quantiles[i]!)),
    ),
  )

const inside = (low: number, high: number) => (row: Settled) =>
  Number(row.returnPct >= row.quantiles[low]! && row.returnPct <= row.quantiles[high]!)

function winkler({ quantiles, returnPct }: Settled): number {
  const [low, high] = [quantiles[0]!, quantiles[8]!]
  return high - low + (2 / 0.05) * (Math.max(0, low - returnPct) + Math.max(0, returnPct - high))
}

/** The figures of settled forecasts, as src/domain/score.ts names them. */
export function figuresOf(rows: readonly Settled[]): Figures {
  const squares = average(rows.map((row) => (row.returnPct - row.mean) ** 2))
  const zeroSquares = average(rows.map((row) => row.returnPct ** 2))
  const signed = rows.filter((row) => row.mean !== 0 && row.returnPct !== 0)
  const pinball = average(rows.map(pinballOf))
  return {
    n: rows.length,
    mae: average(rows.map((row) => Math.abs(row.returnPct - row.mean))),
    rmse: Math.sqrt(squares),
    r2_oos: 1 - squares / zeroSquares,
    hit_rate: signed.length ? average(signed.map((row) => Number(row.mean * row.returnPct > 0))) : null,
    pinball,
    crps: 2 * pinball,
    coverage_80: average(rows.map(inside(2, 6))),
    coverage_95: average(rows.map(inside(0, 8))),
    winkler_95: average(rows.map(winkler)),
  }
}
