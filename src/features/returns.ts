import { rollingMean } from './rolling.js'
import type { FeatureColumn, Series } from './series.js'

const WINDOWS = [5, 22, 66] as const

/** Log returns in percent over 1, 5, 22 and 66 sessions, and the last one's overnight and intraday parts. (L) each. */
export function returnFeatures(series: Series): FeatureColumn[] {
  const { open, close, logReturn } = series
  const overnight = open.map((price, t) => (t === 0 ? Number.NaN : 100 * Math.log(price / close[t - 1]!)))
  const intraday = close.map((price, t) => 100 * Math.log(price / open[t]!))
  return [
    { name: 'log_return_1', values: logReturn.map((r) => 100 * r) },
    ...WINDOWS.map((window) => ({
      name: `log_return_${window}`,
      values: rollingMean(logReturn, window).map((mean) => 100 * mean * window),
    })),
    { name: 'overnight_return', values: overnight },
    { name: 'intraday_return', values: intraday },
  ]
}
