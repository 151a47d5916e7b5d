import { ndtr } from '../model/baselines/specialFunctions.js'
import type { TestResult } from './testResult.js'

/**
 * Do the signs of the forecast go with those of the outcome more often than independent signs would? Pesaran &
 * Timmermann 1992, equation 6, one-sided, standard normal; "up" is above zero. A small p-value speaks for the forecast.
 *
 * @param actual (n). @param forecast (n).
 * @returns null when either series has one sign only: then every guess is as good.
 */
export function pesaranTimmermann(actual: ArrayLike<number>, forecast: ArrayLike<number>): TestResult | null {
  const n = actual.length
  const share = (holds: (i: number) => boolean): number => {
    let count = 0
    for (let i = 0; i < n; i++) if (holds(i)) count++
    return count / n
  }
  const y = share((i) => actual[i]! > 0)
  const x = share((i) => forecast[i]! > 0)
  const right = share((i) => actual[i]! > 0 === forecast[i]! > 0)
  const expected = y * x + (1 - y) * (1 - x)
  const varianceRight = (expected * (1 - expected)) / n
  const varianceExpected =
    ((2 * y - 1) ** 2 * x * (1 - x) + (2 * x - 1) ** 2 * y * (1 - y) + (4 * y * x * (1 - y) * (1 - x)) / n) / n
  const variance = varianceRight - varianceExpected
  if (!(variance > 0)) return null
  const statistic = (right - expected) / Math.sqrt(variance)
  return { statistic, pValue: ndtr(-statistic) }
}
