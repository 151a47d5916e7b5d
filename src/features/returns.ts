import { rollingMean } from './rolling.js'
import type { FeatureColumn, Series } from './series.js'

const WINDOWS = [5, 22, 66] as const

/**
 * Log returns over 1, 5, 22 and 66 sessions, and the last one's overnight and intraday parts, in units of the forecast
 * volatility (L). (L) each.
 */
export function returnFeatures(series: Series, volatility: Float64Array): FeatureColumn[] {
  const { open, close, logReturn } = series
  const overnight = open.map((price, t) => (t === 0 ? Number.NaN : Math.log(price / close[t - 1]!) / volatility[t]!))
  const intraday = close.map((price, t) => Math.log(price / open[t]!) / volatility[t]!)
  return [
    { name: 'log_return_1', values: logReturn.map((r, t) => r / volatility[t]!) },
    ...WINDOWS.map((window) => ({
      name: `log_return_${window}`,
      values: rollingMean(logReturn, window).map((mean, t) => (mean * window) / volatility[t]!),
    })),
    { name: 'overnight_return', values: overnight },
    { name: 'intraday_return', values: intraday },
  ]
}
