import type { Distribution } from '../domain/forecast.js'

export interface AuditRequest<B extends { readonly session: string }> {
  /** Every bar known today, in ascending session order. */
  readonly bars: readonly B[]
  /** Last session whose bar the forecast was allowed to use. */
  readonly asOf: string
  /** The forecast as it was recorded. */
  readonly forecast: Distribution
  /** Makes the same forecast again, from the bars it is given and nothing else. */
  readonly recompute: (bars: readonly B[]) => Distribution | Promise<Distribution>
}

/** A number that did not come out the same, to the bit. `field` is `mean` or `quantiles[i]`. */
export interface AuditDifference {
  readonly field: string
  readonly recorded: number
  readonly recomputed: number
}

/**
 * Recomputes a recorded forecast from bars up to and including `asOf` only. A difference means that it used what came
 * later, or that it was changed after it was made. NaN equals NaN; 0 differs from -0.
 *
 * @returns every difference, empty when the forecast stands.
 * @throws RangeError when no bar is left, or the recomputed forecast has another number of quantiles.
 */
export async function auditForecast<B extends { readonly session: string }>(
  request: AuditRequest<B>,
): Promise<AuditDifference[]> {
  const known = request.bars.filter(({ session }) => session <= request.asOf)
  if (known.length === 0) throw new RangeError(`no bar up to ${request.asOf}`)
  const again = await request.recompute(known)
  return differences(request.forecast, again)
}

/** Every number of two distributions that differs in at least one bit. @throws RangeError on unequal length. */
export function differences(recorded: Distribution, recomputed: Distribution): AuditDifference[] {
  if (recorded.quantiles.length !== recomputed.quantiles.length) {
    throw new RangeError(`${recomputed.quantiles.length} quantiles recomputed, ${recorded.quantiles.length} recorded`)
  }
  const pairs = [
    { field: 'mean', recorded: recorded.mean, recomputed: recomputed.mean },
    ...recorded.quantiles.map((quantile, i) => ({
      field: `quantiles[${i}]`,
      recorded: quantile,
      recomputed: recomputed.quantiles[i]!,
    })),
  ]
  return pairs.filter((pair) => !Object.is(pair.recorded, pair.recomputed))
}
