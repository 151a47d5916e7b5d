import { rollingMax } from './rolling.js'
import type { FeatureColumn, Series } from './series.js'

const WINDOWS = [22, 66, 252] as const

/** Log distance in percent of the close from the highest high of the last 22, 66 and 252 sessions, never above 0. (L) */
export function drawdownFeatures({ high, close }: Series): FeatureColumn[] {
  return WINDOWS.map((window) => {
    const highest = rollingMax(high, window)
    return { name: `drawdown_${window}`, values: close.map((price, t) => 100 * Math.log(price / highest[t]!)) }
  })
}
