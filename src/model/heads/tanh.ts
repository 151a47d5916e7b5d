import * as tf from '@tensorflow/tfjs'
import type { Head } from './head.js'

/** The paper's head (Shi 2024): one output, tanh, read as the next return as a fraction; mean squared error. */
export const tanhHead: Head = {
  outputs: 1,
  targets: (table) => table.targetPct.map((target) => target / 100),
  lossColumns: 1,
  lossTargets: (table) =>
    Float32Array.from(tanhHead.targets(table), (target) => (Number.isFinite(target) ? target : 0)),
  initialise: (weights) => weights,
  decode: (raw) => tf.tanh(raw),
  rowLoss: (decoded, target) => tf.tidy(() => tf.squeeze(tf.squaredDifference(decoded, target), [1])),
}
