import { noise } from './workload.mjs'

/** A table of seeded noise: what training costs does not depend on what it learns. */
export function noiseTable(rows, features) {
  const { x, y } = noise(rows, features)
  const targetPct = Float64Array.from(y, (value) => 100 * value)
  targetPct[rows - 1] = Number.NaN
  return {
    names: Array.from({ length: features }, (_, i) => `feature${i}`),
    sessions: Array.from({ length: rows }, (_, i) => new Date(i * 86_400_000).toISOString().slice(0, 10)),
    values: Float64Array.from(x),
    returnPct: Float64Array.from(y, (value) => 100 * value),
    targetPct,
    scalePct: new Float64Array(rows).fill(1),
  }
}
