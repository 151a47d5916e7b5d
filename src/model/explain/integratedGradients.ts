import * as tf from '@tensorflow/tfjs'
import { gaussLegendre, type QuadraturePoint } from './gaussLegendre.js'

/** A function of whole sequences (b, l, f) -> (b). */
export type OfSequence = (x: tf.Tensor3D) => tf.Tensor1D

/** Rows in one pass: as many as a training epoch of a long history has, so that no more memory is needed. */
const ROWS_AT_ONCE = 4_096

/**
 * Integrated gradients of F on the straight path from `baseline` to `input`, both (l, f) row-major:
 *
 *     part[i] = (input[i] - baseline[i]) · integral over a in [0, 1] of dF/dx[i] at baseline + a (input - baseline)
 *
 * which add up to F(input) - F(baseline) (Sundararajan, Taly & Yan 2017, arXiv 1703.01365, equation 1 and proposition 1).
 * The integral is Gauss and Legendre's with `steps` points, several of them in one pass. Returns (l, f).
 */
export async function integratedGradients(
  F: OfSequence,
  input: Float32Array,
  baseline: Float32Array,
  [l, f]: readonly [number, number],
  steps: number,
): Promise<Float64Array> {
  const mean = new Float64Array(l * f)
  const points = gaussLegendre(steps)
  const atOnce = Math.max(1, Math.floor(ROWS_AT_ONCE / l))
  for (let from = 0; from < steps; from += atOnce) {
    const some = points.slice(from, from + atOnce)
    const slopes = tf.tidy(() => tf.grad(weighted(F, some))(pathPoints(input, baseline, [l, f], some)))
    const values = await slopes.data<'float32'>()
    slopes.dispose()
    values.forEach((slope, i) => {
      mean[i % mean.length]! += slope
    })
  }
  return mean.map((slope, i) => slope * (input[i]! - baseline[i]!))
}

/** Sum of F over the points by their weights: its gradient in each point is the weighted gradient there. */
const weighted = (F: OfSequence, points: readonly QuadraturePoint[]) => (x: tf.Tensor) =>
  tf.sum(tf.mul(F(x as tf.Tensor3D), tf.tensor1d(points.map(({ weight }) => weight))))

/** (points, l, f) */
function pathPoints(
  input: Float32Array,
  baseline: Float32Array,
  [l, f]: readonly [number, number],
  points: readonly QuadraturePoint[],
): tf.Tensor3D {
  const values = new Float32Array(points.length * l * f)
  points.forEach(({ at }, k) => {
    for (let i = 0; i < l * f; i++) values[k * l * f + i] = baseline[i]! + at * (input[i]! - baseline[i]!)
  })
  return tf.tensor3d(values, [points.length, l, f])
}
