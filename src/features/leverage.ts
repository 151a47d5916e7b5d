import { logVolatility } from './logVolatility.js'
import { rollingMean } from './rolling.js'
import type { FeatureColumn, Series } from './series.js'

const WINDOWS = [5, 22] as const

/**
 * Where the volatility came from: the last return where it was negative, in percent, and the log volatility of the
 * negative returns of 5 and 22 sessions. (L) each.
 *
 * Source: Barndorff-Nielsen, Kinnebrock & Shephard, "Measuring downside risk: realised semivariance" (2010).
 */
export function leverageFeatures({ logReturn }: Series): FeatureColumn[] {
  const negative = logReturn.map((r) => Math.min(r, 0))
  const squared = negative.map((r) => r * r)
  return [
    { name: 'negative_return', values: negative.map((r) => 100 * r) },
    ...WINDOWS.map((window) => ({
      name: `negative_volatility_${window}`,
      values: logVolatility(rollingMean(squared, window)),
    })),
  ]
}
