import * as tf from '@tensorflow/tfjs'
import { type BackendChoice, type BackendPreference, gainsBySideBySide, selectBackend } from '../kernels/backend.js'
import { ownKernels } from '../kernels/ownKernels.js'
import { stopWebgpu } from '../kernels/webgpu/startWebgpu.js'
import { initialWeights } from './initialise.js'
import { forward } from './mambaNetwork.js'
import { createRandom } from './random.js'
import { byName, toTensors } from './weightTensors.js'

export interface BackendCheck {
  readonly choice: BackendChoice
  /** Norm of the difference from the plain JavaScript kernels over the norm, for outputs and for the gradient. */
  readonly outputError: number
  readonly gradientError: number
  /** Least of the passes, forward and backward, over `rows` rows of the default network. */
  readonly secondsPerPass: number
  /** Those of the paper, or fewer where that would take too long. */
  readonly rows: number
  /** Operations for which the backend has kernels of this room; the others run as compositions of tfjs's own. */
  readonly kernels: readonly string[]
  /** Whether several tickers are trained at once there. */
  readonly sideBySide: boolean
}

const SHAPE = {
  features: 15,
  dModel: 16,
  nLayers: 2,
  dState: 16,
  expand: 2,
  dConv: 4,
  dtRank: 'auto',
  outputs: 10,
} as const
const ROWS = 3_381
const PARITY_ROWS = 257
const SPEED_MS = 2_000
/** A backend that takes longer for the few rows of the parity check is not given the paper's. */
const SLOW_SECONDS = 0.5

/**
 * Starts a backend and measures it: the network's outputs and gradient against the plain kernels, and the time of a pass.
 * The plain kernels' backend is the active one afterwards.
 *
 * @throws Error when a backend was named and cannot start.
 */
export async function checkBackend(preference: BackendPreference): Promise<BackendCheck> {
  const choice = await selectBackend(preference)
  const found = await pass(PARITY_ROWS)
  const slow = await secondsOf(() => pass(PARITY_ROWS))
  const rows = slow > SLOW_SECONDS ? PARITY_ROWS : ROWS
  const secondsPerPass = rows === ROWS ? await leastPass() : slow
  const [kernels, sideBySide] = [ownKernels(), gainsBySideBySide()]
  await selectBackend('cpu')
  stopWebgpu()
  const plain = await pass(PARITY_ROWS)
  return {
    choice,
    outputError: relativeError(found.outputs, plain.outputs),
    gradientError: relativeError(found.gradient, plain.gradient),
    ...{ secondsPerPass, rows, kernels, sideBySide },
  }
}

async function leastPass(): Promise<number> {
  await pass(ROWS) // warms up
  let least = Number.POSITIVE_INFINITY
  for (const end = performance.now() + SPEED_MS; performance.now() < end; )
    least = Math.min(least, await secondsOf(() => pass(ROWS)))
  return least
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1_000
}

/** Outputs of seeded weights on seeded rows, and the gradient of their mean square in the input. */
async function pass(rows: number): Promise<{ outputs: Float32Array; gradient: Float32Array }> {
  const random = createRandom(1)
  const input = Float32Array.from({ length: rows * SHAPE.features }, () => 2 * random() - 1)
  const [outputs, gradient] = tf.tidy(() => {
    const weights = byName(SHAPE, toTensors(SHAPE, initialWeights(SHAPE, 1)))
    const x = tf.tensor3d(input, [1, rows, SHAPE.features])
    const slope = tf.grad((z: tf.Tensor) => tf.mean(tf.square(forward(weights, z as tf.Tensor3D))))
    return [forward(weights, x), slope(x)]
  })
  const values = { outputs: await outputs!.data<'float32'>(), gradient: await gradient!.data<'float32'>() }
  tf.dispose([outputs!, gradient!])
  return values
}

function relativeError(found: Float32Array, wanted: Float32Array): number {
  let difference = 0
  let norm = 0
  wanted.forEach((value, i) => {
    difference += (found[i]! - value) ** 2
    norm += value ** 2
  })
  return Math.sqrt(difference / norm)
}
