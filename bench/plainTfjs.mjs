import * as tf from '@tensorflow/tfjs'
import { selectBackend } from '../dist/kernels/backend.js'
import { portableConv } from '../dist/kernels/causalConv1d/portable.js'
import { portableLinear } from '../dist/kernels/linear/portable.js'
import { portableRmsNorm } from '../dist/kernels/rmsNorm/portable.js'
import { portableScan } from '../dist/kernels/selectiveScan/portable.js'
import { startNetwork, timed } from './training.mjs'
import { paperWorkload } from './workload.mjs'

const epochs = 1
const epsilon = 1e-5

/** Seconds per epoch of the paper's workload from nothing but tfjs's own operations on wasm; only the Adam step is ours. */
export async function plainTfjsSecondsPerEpoch(report) {
  await selectBackend('wasm')
  const { source, ...workload } = paperWorkload()
  const training = startNetwork(workload, network)
  report('plain tfjs operations: half a minute')
  const times = await timed(training.epoch, epochs, 0, () => report('plain tfjs operations'))
  training.close()
  const seconds = times.reduce((sum, ms) => sum + ms, 0) / times.length / 1000
  return {
    backend: 'wasm, plain tfjs',
    engine: 'tfjs',
    secondsPerEpoch: seconds,
    least: Math.min(...times) / 1000,
    rows: workload.rows,
    source,
  }
}

function network(weights, x, shape) {
  let h = portableLinear(x, weights['embed.weight'], weights['embed.bias'])
  for (let i = 0; i < shape.nLayers; i++)
    h = tf.add(block(weights, `blocks.${i}.`, portableRmsNorm(h, weights[`norms.${i}.weight`], epsilon)), h)
  return portableLinear(
    portableRmsNorm(h, weights['norm_f.weight'], epsilon),
    weights['head.weight'],
    weights['head.bias'],
  )
}

function block(weights, prefix, x) {
  const w = (name) => weights[prefix + name]
  const [e, n] = w('A_log').shape
  const r = w('dt_proj.weight').shape[1]
  const [toU, toZ] = tf.split(w('in_proj.weight'), 2, 0)
  const [toRank, toB, toC] = tf.split(w('x_proj.weight'), [r, n, n], 0)
  const u = portableConv(portableLinear(x, toU), w('conv1d.weight').reshape([e, -1]), w('conv1d.bias'))
  const delta = portableLinear(portableLinear(u, toRank), w('dt_proj.weight'))
  const [A, D, deltaBias] = [tf.neg(tf.exp(w('A_log'))), w('D'), w('dt_proj.bias')]
  const B = portableLinear(u, toB)
  const C = portableLinear(u, toC)
  return portableLinear(
    portableScan({ u, delta, A, B, C, D, z: portableLinear(x, toZ), deltaBias }),
    w('out_proj.weight'),
  )
}
