import { QUANTILE_LEVELS, type SettledForecast } from '../../src/domain/forecast.js'
import { normalShape } from '../../src/model/baselines/shape.js'
import { createRandom } from '../../src/model/random.js'

/** Ascending session dates, (n). */
export const sessions = (n: number): string[] =>
  Array.from({ length: n }, (_, t) => new Date(Date.UTC(2020, 0, 1 + t)).toISOString().slice(0, 10))

/** (n) returns of standard deviation `scaleAt(t)` percent, approximately normal: twelve uniforms less six. */
export function drawReturns(n: number, scaleAt: (t: number) => number, seed: number): number[] {
  const random = createRandom(seed)
  const normal = (): number => Array.from({ length: 12 }, random).reduce((sum, u) => sum + u, -6)
  return Array.from({ length: n }, (_, t) => scaleAt(t) * normal())
}

/** Normal forecasts of the returns, each as of the session before. */
export const normalForecasts = (
  returns: readonly number[],
  scaleAt: (t: number) => number,
  meanAt: (t: number) => number = () => 0,
): SettledForecast[] => {
  const dates = sessions(returns.length)
  return returns.map((returnPct, t) => ({
    asOf: dates[t]!,
    returnPct,
    mean: meanAt(t),
    quantiles: QUANTILE_LEVELS.map((_, i) => meanAt(t) + scaleAt(t) * normalShape.quantiles[i]!),
  }))
}
