import * as tf from '@tensorflow/tfjs'
import type { Attribution } from '../../domain/explanation.js'
import { integratedGradients, type OfSequence } from './integratedGradients.js'

/** Past sessions that are told one by one: a quarter of a year. Those before them are summed up. */
export const SESSIONS_TOLD = 66
/** Last rows that are tried as the whole input, the fewest first; a network that remembers longer needs more. */
const WINDOWS = [128, 512, 2_048, Number.POSITIVE_INFINITY] as const
/** Numbers of points on the path, tried in turn. */
const STEPS = [8, 16, 32, 64, 128] as const
/** Share of the difference that leaving out old rows, or too few points, may each cost before more are taken. */
const AIM = 1e-3

/** What the network sees, and what it would see of average sessions. */
export interface Sequence {
  /** (L, F) */ readonly inputs: Float32Array
  /** (F) */ readonly average: Float32Array
}

/**
 * Explains F(inputs) - F(average on every row), times `unit`. Whatever shortens the work, fewer rows or fewer points, is
 * measured against F over all rows and counted in `residual`.
 */
export async function attribute(F: OfSequence, { inputs, average }: Sequence, unit: number): Promise<Attribution> {
  const features = average.length
  const output = await outputFor(F, inputs, features)
  const { rows, baseline } = await fewestRows(F, { inputs, average }, output)
  const input = inputs.subarray(inputs.length - rows * features)
  const start = repeated(average, rows)
  const difference = { baseline: unit * baseline, output: unit * output }
  let found: Attribution | undefined
  for (const steps of STEPS) {
    const parts = await integratedGradients(F, input, start, [rows, features], steps)
    const summed = sums(parts, features, unit)
    found = { ...difference, ...summed, steps, residual: residualOf(summed, difference.output - difference.baseline) }
    if (found.residual <= AIM) break
  }
  return found!
}

/** The fewest last rows from which alone the output comes out the same, and what average rows give. */
async function fewestRows(F: OfSequence, { inputs, average }: Sequence, output: number) {
  const features = average.length
  const all = inputs.length / features
  for (const window of WINDOWS) {
    const rows = Math.min(window, all)
    const baseline = await outputFor(F, repeated(average, rows), features)
    const cut = rows === all ? output : await outputFor(F, inputs.subarray(inputs.length - rows * features), features)
    if (Math.abs(cut - output) <= AIM * Math.abs(output - baseline)) return { rows, baseline }
  }
  throw new Error('the last window holds all rows, so that nothing is cut')
}

async function outputFor(F: OfSequence, values: Float32Array, features: number): Promise<number> {
  const value = tf.tidy(() => F(tf.tensor3d(values, [1, values.length / features, features])))
  const [number] = await value.data<'float32'>()
  value.dispose()
  return number!
}

function repeated(row: Float32Array, rows: number): Float32Array {
  const values = new Float32Array(rows * row.length)
  for (let t = 0; t < rows; t++) values.set(row, t * row.length)
  return values
}

type Sums = Pick<Attribution, 'features' | 'sessions' | 'earlier'>

/** Parts (rows, F) summed over sessions and over features, in single precision, as they are stored. */
function sums(parts: Float64Array, F: number, unit: number): Sums {
  const byFeature = new Float64Array(F)
  const bySession = new Float64Array(parts.length / F)
  parts.forEach((part, i) => {
    byFeature[i % F]! += unit * part
    bySession[Math.floor(i / F)]! += unit * part
  })
  return { features: Array.from(byFeature, Math.fround), ...toldSessions(bySession) }
}

/** The last `SESSIONS_TOLD` values, and the sum of those before, in single precision. */
export function toldSessions(values: ArrayLike<number>): { sessions: number[]; earlier: number } {
  const before = Array.from(values)
  const sessions = before.splice(-SESSIONS_TOLD).map(Math.fround)
  return { sessions, earlier: Math.fround(before.reduce((sum, value) => sum + value, 0)) }
}

/** Share of the difference that the parts miss: 0 when both are nothing, 1 when only the difference is. */
function residualOf({ features, sessions, earlier }: Sums, difference: number): number {
  const missed = [features, [...sessions, earlier]].map((parts) =>
    Math.abs(parts.reduce((sum, part) => sum + part, 0) - difference),
  )
  const most = Math.max(...missed)
  if (most === 0) return 0
  return difference === 0 ? 1 : most / Math.abs(difference)
}
