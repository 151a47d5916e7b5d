import { rollingMax } from './rolling.js'
import type { FeatureColumn, Series } from './series.js'

const WINDOWS = [22, 66, 252] as const

/**
 * Log distance of the close from the highest high of the last 22, 66 and 252 sessions, in units of the forecast
 * volatility (L); never above 0. (L) each.
 */
export function drawdownFeatures({ high, close }: Series, volatility: Float64Array): FeatureColumn[] {
  return WINDOWS.map((window) => {
    const highest = rollingMax(high, window)
    return {
      name: `drawdown_${window}`,
      values: close.map((price, t) => Math.log(price / highest[t]!) / volatility[t]!),
    }
  })
}
