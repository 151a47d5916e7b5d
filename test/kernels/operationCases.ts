import * as tf from '@tensorflow/tfjs'
import { adam } from '../../src/kernels/adam/adam.js'
import { causalConv1d } from '../../src/kernels/causalConv1d/causalConv1d.js'
import { diagonalScan } from '../../src/kernels/diagonalScan/diagonalScan.js'
import { gru } from '../../src/kernels/gru/gru.js'
import { linear } from '../../src/kernels/linear/linear.js'
import { lstm } from '../../src/kernels/lstm/lstm.js'
import { type MixerWeights, mambaLayer } from '../../src/kernels/mambaMixer/mambaMixer.js'
import { matMul } from '../../src/kernels/matMul/matMul.js'
import { rmsNorm } from '../../src/kernels/rmsNorm/rmsNorm.js'
import { type SelectiveScanInputs, selectiveScan } from '../../src/kernels/selectiveScan/selectiveScan.js'
import { slidingAttention } from '../../src/kernels/slidingAttention/slidingAttention.js'

export type Tensors = Readonly<Record<string, tf.Tensor>>

/** One operation, inputs that it takes, and where their number of steps stands. */
export interface OperationCase {
  readonly name: string
  /** For `l` steps, or rows. */
  readonly shapes: (l: number) => Readonly<Record<string, number[]>>
  readonly run: (inputs: Tensors) => tf.Tensor | tf.Tensor[]
  /** Runs on plain loops only, where there is a backend that reads at once. */
  readonly plainOnly?: boolean
  /** Lets a NaN through to where it belongs, on every backend. */
  readonly passesNaN?: boolean
}

const [b, d, e, n, k, r] = [2, 3, 4, 3, 4, 1]

/** Every operation of src/kernels but the fused network, whose inputs depend on its layers. */
export const operationCases: readonly OperationCase[] = [
  {
    name: 'SelectiveScan',
    shapes: (l) => ({
      ...{ u: [b, l, e], delta: [b, l, e], A: [e, n], B: [b, l, n], C: [b, l, n] },
      ...{ D: [e], z: [b, l, e], deltaBias: [e] },
    }),
    run: (inputs) => selectiveScan(inputs as unknown as SelectiveScanInputs),
  },
  {
    name: 'CausalConv1d',
    shapes: (l) => ({ x: [b, l, e], weight: [e, k], bias: [e] }),
    run: ({ x, weight, bias }) => causalConv1d(x as tf.Tensor3D, weight!, bias!),
  },
  {
    name: 'Linear',
    shapes: (l) => ({ x: [l, d], weight: [e, d], bias: [e] }),
    run: ({ x, weight, bias }) => linear(x!, weight!, bias),
  },
  {
    name: 'RmsNorm',
    shapes: (l) => ({ x: [l, d], weight: [d] }),
    run: ({ x, weight }) => rmsNorm(x!, weight!),
  },
  {
    name: 'MatMul',
    shapes: (l) => ({ a: [b, l, d], b: [b, d, e] }),
    run: (inputs) => matMul(inputs.a as tf.Tensor3D, inputs.b as tf.Tensor3D),
  },
  {
    ...{ name: 'Adam', passesNaN: true },
    shapes: (l) => ({ p0: [l, d], p1: [e], g0: [l, d], g1: [e], m: [l * d + e], v: [l * d + e] }),
    run: ({ p0, p1, g0, g1, m, v }) =>
      adam([p0!, p1!], [g0!, g1!], { step: 0, m: m as tf.Tensor1D, v: v as tf.Tensor1D }, { learningRate: 0.1 })
        .parameters,
  },
  {
    name: 'MambaMixer',
    shapes: (l) => ({
      ...{ x: [b, l, d], norm: [d], inProj: [2 * e, d], convWeight: [e, k], convBias: [e], xProj: [r + 2 * n, e] },
      ...{ dtWeight: [e, r], dtBias: [e], ALog: [e, n], D: [e], outProj: [d, e] },
    }),
    run: ({ x, norm, ...weights }) => mambaLayer(x as tf.Tensor3D, norm!, weights as unknown as MixerWeights),
  },
  {
    ...{ name: 'DiagonalScan', plainOnly: true },
    shapes: (l) => ({ u: [b, l, e], a: [e, n], c: [e, n] }),
    run: ({ u, a, c }) => diagonalScan(u as tf.Tensor3D, a as tf.Tensor2D, c as tf.Tensor2D),
  },
  {
    ...{ name: 'Lstm', plainOnly: true },
    shapes: (l) => ({ x: [b, l, 4 * d], weight: [4 * d, d] }),
    run: ({ x, weight }) => lstm(x as tf.Tensor3D, weight as tf.Tensor2D),
  },
  {
    ...{ name: 'Gru', plainOnly: true },
    shapes: (l) => ({ x: [b, l, 3 * d], weight: [3 * d, d], bias: [3 * d] }),
    run: ({ x, weight, bias }) => gru(x as tf.Tensor3D, weight as tf.Tensor2D, bias as tf.Tensor1D),
  },
  {
    ...{ name: 'SlidingAttention', plainOnly: true },
    shapes: (l) => ({ q: [b, l, e], k: [b, l, e], v: [b, l, e] }),
    run: ({ q, k: keys, v }) =>
      slidingAttention(q as tf.Tensor3D, keys as tf.Tensor3D, v as tf.Tensor3D, { heads: 2, window: 3 }),
  },
]

/** Inputs of a half everywhere; `changed` are of a shape or content of their own. */
export const inputsOf = ({ shapes }: OperationCase, l: number, changed: Tensors = {}): Tensors => ({
  ...Object.fromEntries(Object.entries(shapes(l)).map(([name, shape]) => [name, tf.fill(shape, 0.5)])),
  ...changed,
})
