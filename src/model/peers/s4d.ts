import * as tf from '@tensorflow/tfjs'
import { diagonalScan } from '../../kernels/diagonalScan/diagonalScan.js'
import { linear } from '../../kernels/linear/linear.js'
import { residualNetwork, uniform, WIDTH } from './residualNetwork.js'

const INNER = 2 * WIDTH
const STATES = 16
const [DT_MIN, DT_MAX] = [0.001, 0.1]

/** Box & Muller 1958. */
const standardNormal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/**
 * S4D-Real (Gu, Gupta, Goel & Ré 2022, section 4.2): a diagonal state space model that does not select. A = -(1..N),
 * the step log-uniform on [0.001, 0.1], C normal; discretised as in Mamba, exp(dt A) and dt B with B = 1. Gated and
 * projected as a Mamba block without its convolution. 2656 parameters beside 3360.
 */
export const s4d = residualNetwork({
  weights: [
    { name: 'in_u.weight', dims: [INNER, WIDTH], initial: uniform(WIDTH) },
    { name: 'in_z.weight', dims: [INNER, WIDTH], initial: uniform(WIDTH) },
    {
      name: 'log_dt',
      dims: [INNER, 1],
      initial: (random) => Math.log(DT_MIN) + random() * Math.log(DT_MAX / DT_MIN),
    },
    { name: 'A_log', dims: [INNER, STATES], initial: (_, i) => Math.log((i % STATES) + 1) },
    { name: 'C', dims: [INNER, STATES], initial: (random) => standardNormal(random) },
    { name: 'D', dims: [INNER], initial: () => 1 },
    { name: 'out_proj.weight', dims: [WIDTH, INNER], initial: uniform(INNER) },
  ],
  mix(weight, x) {
    const u = linear(x, weight<tf.Tensor2D>('in_u.weight'))
    const z = linear(x, weight<tf.Tensor2D>('in_z.weight'))
    const dt = tf.exp(weight<tf.Tensor2D>('log_dt'))
    const a = tf.exp(tf.neg(tf.mul(dt, tf.exp(weight('A_log'))))) as tf.Tensor2D
    const y = tf.add(diagonalScan(u, a, tf.mul(weight('C'), dt)), tf.mul(u, weight('D')))
    return linear(tf.mul(y, tf.mul(z, tf.sigmoid(z))) as tf.Tensor3D, weight('out_proj.weight'))
  },
})
