import type { FeatureTable } from '../../src/features/table.js'
import { createRandom } from '../../src/model/random.js'

/**
 * A feature table with a signal in it: the volatility of the next return follows feature `heat`, which the scale does
 * not know; so does the range of the next session. Feature `gap` is unknown at first, feature `flat` never moves.
 */
export function syntheticTable(rows: number, seed = 1): FeatureTable {
  const random = createRandom(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const heat = Float64Array.from({ length: rows }, normal)
  const returnPct = Float64Array.from({ length: rows }, (_, t) =>
    t === 0 ? NaN : normal() * Math.exp(0.6 * heat[t - 1]!),
  )
  const rangePct = Float64Array.from({ length: rows }, (_, t) =>
    t === 0 ? 1 : Math.exp(0.6 * heat[t - 1]! + 0.3 * normal()),
  )
  const values = new Float64Array(rows * 3)
  for (let t = 0; t < rows; t++) values.set([heat[t]!, t < 40 ? NaN : normal() * 1e6, 7], t * 3)
  const day = (t: number) => new Date(Date.UTC(2000, 0, 1 + t)).toISOString().slice(0, 10)
  return {
    names: ['heat', 'gap', 'flat'],
    sessions: Array.from({ length: rows }, (_, t) => day(t)),
    values,
    returnPct,
    targetPct: Float64Array.from({ length: rows }, (_, t) => returnPct[t + 1] ?? NaN),
    rangePct,
    scalePct: new Float64Array(rows).fill(1.2).fill(NaN, 0, 1),
  }
}

/** The table as it stood after session `rows` - 1: nothing of it comes from later bars. */
export function truncated(table: FeatureTable, rows: number): FeatureTable {
  return {
    names: table.names,
    sessions: table.sessions.slice(0, rows),
    values: table.values.slice(0, rows * table.names.length),
    returnPct: table.returnPct.slice(0, rows),
    targetPct: table.targetPct.slice(0, rows).fill(NaN, rows - 1),
    scalePct: table.scalePct.slice(0, rows),
    ...(table.rangePct && { rangePct: table.rangePct.slice(0, rows) }),
  }
}
