import type { SettledForecast } from '../domain/forecast.js'
import type { Figures } from '../domain/score.js'
import { meanOf } from '../model/baselines/moments.js'
import { crpsLoss, inside80, inside95, pinballLoss, winkler95Loss } from './distributionMetrics.js'
import { hitRate, mae, r2Oos, rmse } from './pointMetrics.js'

/** What figures need of a settled forecast; all in percent of the previous adjusted close. */
export type Settled = Omit<SettledForecast, 'asOf'>

/** Figures over all settled forecasts. @throws RangeError when there are none. */
export const figures = (settled: readonly Settled[]): Figures => summarise(lossesOf(settled), 0, settled.length)

/**
 * Figures of a moving window: one entry for each session in [from, settled.length), over it and the `window - 1` before
 * it, of as many as there are at the start (`n` says how many). Equal to `figures` of the same slice to the bit.
 */
export function rollingFigures(settled: readonly Settled[], window: number, from = 0): Figures[] {
  const losses = lossesOf(settled)
  return Array.from({ length: Math.max(settled.length - from, 0) }, (_, i) =>
    summarise(losses, Math.max(from + i + 1 - window, 0), from + i + 1),
  )
}

/** What each session contributes, (n) each. */
interface Losses {
  readonly actual: Float64Array
  readonly forecast: Float64Array
  readonly pinball: Float64Array
  readonly crps: Float64Array
  readonly inside80: Float64Array
  readonly inside95: Float64Array
  readonly winkler95: Float64Array
}

function lossesOf(settled: readonly Settled[]): Losses {
  const each = (loss: (quantiles: readonly number[], returnPct: number) => number): Float64Array =>
    Float64Array.from(settled, ({ quantiles, returnPct }) => loss(quantiles, returnPct))
  return {
    actual: Float64Array.from(settled, ({ returnPct }) => returnPct),
    forecast: Float64Array.from(settled, ({ mean }) => mean),
    pinball: each(pinballLoss),
    crps: each(crpsLoss),
    inside80: each((quantiles, returnPct) => Number(inside80(quantiles, returnPct))),
    inside95: each((quantiles, returnPct) => Number(inside95(quantiles, returnPct))),
    winkler95: each(winkler95Loss),
  }
}

function summarise(losses: Losses, from: number, to: number): Figures {
  if (to <= from) throw new RangeError('figures of no settled forecast')
  const actual = losses.actual.subarray(from, to)
  const forecast = losses.forecast.subarray(from, to)
  return {
    n: to - from,
    mae: mae(actual, forecast),
    rmse: rmse(actual, forecast),
    r2_oos: r2Oos(actual, forecast),
    hit_rate: hitRate(actual, forecast),
    pinball: meanOf(losses.pinball.subarray(from, to)),
    crps: meanOf(losses.crps.subarray(from, to)),
    coverage_80: meanOf(losses.inside80.subarray(from, to)),
    coverage_95: meanOf(losses.inside95.subarray(from, to)),
    winkler_95: meanOf(losses.winkler95.subarray(from, to)),
  }
}
