import { relativeLogVolatility } from './logVolatility.js'
import { rollingMean } from './rolling.js'
import type { FeatureColumn, Series } from './series.js'

const WINDOWS = [5, 22] as const

/**
 * Where the volatility came from: the last return where it was negative, and the log volatility of the negative returns
 * of 5 and 22 sessions, both relative to the forecast volatility (L). (L) each.
 *
 * Source: Barndorff-Nielsen, Kinnebrock & Shephard, "Measuring downside risk: realised semivariance" (2010).
 */
export function leverageFeatures({ logReturn }: Series, volatility: Float64Array): FeatureColumn[] {
  const negative = logReturn.map((r) => Math.min(r, 0))
  const squared = negative.map((r) => r * r)
  return [
    { name: 'negative_return', values: negative.map((r, t) => r / volatility[t]!) },
    ...WINDOWS.map((window) => ({
      name: `negative_volatility_${window}`,
      values: relativeLogVolatility(rollingMean(squared, window), volatility),
    })),
  ]
}
