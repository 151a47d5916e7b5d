import * as tf from '@tensorflow/tfjs'
import { linear } from '../../kernels/linear/linear.js'
import { rmsNorm } from '../../kernels/rmsNorm/rmsNorm.js'
import { slidingAttention } from '../../kernels/slidingAttention/slidingAttention.js'
import { residualNetwork, uniform, WIDTH } from './residualNetwork.js'

const HEADS = 2
/** Rows that a row sees in one layer: full attention over thousands of rows costs thousands of times more. */
const WINDOW = 64
const INNER = 4 * WIDTH
const EPSILON = 1e-5

const square = (name: string) => ({ name, dims: [WIDTH, WIDTH], initial: uniform(WIDTH) })

/**
 * Transformer block (Vaswani et al. 2017) with pre-norm, causal: attention over the last 64 rows with ALiBi's linear
 * bias for position, then a ReLU layer four times as wide. 3168 parameters beside 3360 of a Mamba block.
 */
export const transformer = residualNetwork({
  weights: [
    ...['q_proj.weight', 'k_proj.weight', 'v_proj.weight', 'out_proj.weight'].map(square),
    { name: 'norm.weight', dims: [WIDTH], initial: () => 1 },
    { name: 'fc1.weight', dims: [INNER, WIDTH], initial: uniform(WIDTH) },
    { name: 'fc1.bias', dims: [INNER], initial: uniform(WIDTH) },
    { name: 'fc2.weight', dims: [WIDTH, INNER], initial: uniform(INNER) },
    { name: 'fc2.bias', dims: [WIDTH], initial: uniform(INNER) },
  ],
  mix(weight, x) {
    const [q, k, v] = ['q', 'k', 'v'].map((name) => linear(x, weight(`${name}_proj.weight`))) as [
      tf.Tensor3D,
      tf.Tensor3D,
      tf.Tensor3D,
    ]
    const seen = linear(slidingAttention(q, k, v, { heads: HEADS, window: WINDOW }), weight('out_proj.weight'))
    const h = rmsNorm(tf.add(seen, x) as tf.Tensor3D, weight<tf.Tensor1D>('norm.weight'), EPSILON)
    const wide = tf.relu(linear(h, weight<tf.Tensor2D>('fc1.weight'), weight<tf.Tensor1D>('fc1.bias')))
    return tf.add(seen, linear(wide, weight<tf.Tensor2D>('fc2.weight'), weight<tf.Tensor1D>('fc2.bias')))
  },
})
