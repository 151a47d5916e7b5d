import type { MeanAndSd } from '../domain/evaluationReport.js'
import { meanOf, meanSquareAbout } from '../model/baselines/moments.js'

/** @throws RangeError for no value */
export function meanAndSd(values: readonly number[]): MeanAndSd {
  const n = values.length
  if (n === 0) throw new RangeError('mean of no values')
  const mean = meanOf(values)
  return { mean, sd: n === 1 ? null : Math.sqrt((meanSquareAbout(values, mean) * n) / (n - 1)) }
}
