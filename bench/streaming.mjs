import * as tf from '@tensorflow/tfjs'
import { selectBackend } from '../dist/kernels/backend.js'
import { fusedNetwork } from '../dist/kernels/mambaNetwork/mambaNetwork.js'
import { streamNetwork } from '../dist/kernels/mambaNetwork/streamNetwork.js'
import { initialWeights } from '../dist/model/initialise.js'
import { median, timed } from './training.mjs'

const EPSILON = 1e-5
const SHAPE = { features: 15, dModel: 16, nLayers: 2, dState: 16, expand: 2, dConv: 4, dtRank: 'auto', outputs: 10 }
/** Rows after a state on the average day: states lie 64 rows apart. */
const SINCE = 32

/** Milliseconds of one session's pass of the product's network from a saved state, and of a full pass of 3,400 rows. */
export async function streamingRow(backend, report) {
  if (backend !== 'wasm') throw new Error('states are kept on wasm only: --backend wasm')
  await selectBackend(backend)
  report('one session from a saved state')
  const weights = Object.fromEntries(
    Object.entries(initialWeights(SHAPE, 1)).map(([name, { data, shape }]) => [name, tf.tensor(data, shape)]),
  )
  const x = tf.randomUniform([1, 3_400, SHAPE.features], -2, 2, 'float32', 1)
  const rows = tf.slice(x, [0, 0, 0], [1, SINCE, -1])
  const { state } = streamNetwork(weights, x, EPSILON)
  const pass = (network) => async () => {
    const raw = tf.tidy(network)
    await raw.data()
    raw.dispose()
  }
  const stepMs = median(
    await timed(
      pass(() => streamNetwork(weights, rows, EPSILON, state).raw),
      200,
      20,
    ),
  )
  const fullPassMs = median(
    await timed(
      pass(() => fusedNetwork(weights, x, EPSILON)),
      40,
      5,
    ),
  )
  return { stepMs, fullPassMs }
}
