import { rollingMean } from './rolling.js'
import type { FeatureColumn, Series } from './series.js'

const WINDOW = 22
/** A session without trade counts as a thousandth of the usual. */
const LEAST_RELATIVE = 1e-3

/** Log volume relative to its 22-session mean, and its change since the session before, split-adjusted. (L) each. */
export function volumeFeatures({ volume }: Series): FeatureColumn[] {
  const mean = rollingMean(volume, WINDOW)
  const relative = volume.map((value, t) =>
    mean[t]! > 0 ? Math.log(Math.max(value / mean[t]!, LEAST_RELATIVE)) : Number.NaN,
  )
  const change = volume.map((value, t) =>
    t > 0 && value > 0 && volume[t - 1]! > 0 ? Math.log(value / volume[t - 1]!) : Number.NaN,
  )
  return [
    { name: 'relative_volume', values: relative },
    { name: 'volume_change', values: change },
  ]
}
