import type * as tf from '@tensorflow/tfjs'
import { causalConv1d } from '../../src/kernels/causalConv1d/causalConv1d.js'
import { plainConv } from '../../src/kernels/causalConv1d/plain.js'
import { linear } from '../../src/kernels/linear/linear.js'
import { plainLinear } from '../../src/kernels/linear/plain.js'
import { plainRmsNorm } from '../../src/kernels/rmsNorm/plain.js'
import { rmsNorm } from '../../src/kernels/rmsNorm/rmsNorm.js'
import { plainScan } from '../../src/kernels/selectiveScan/plain.js'
import { type SelectiveScanInputs, selectiveScan } from '../../src/kernels/selectiveScan/selectiveScan.js'
import type { ModelsCase } from './compareModels.js'
import { scanInputs } from './randomArrays.js'

export const linearCase = (
  models: number,
  rows: number,
  inner: number,
  columns: number,
  biased = true,
): ModelsCase => ({
  ...{ kernel: plainLinear, models, dims: { rows, inner, columns } },
  shapes: { x: [rows, inner], weight: [columns, inner], ...(biased && { bias: [columns] }) },
  operation: ({ x, weight, bias }) => linear(x!, weight!, bias),
})

export const normCase = (models: number, rows: number, d: number): ModelsCase => ({
  ...{ kernel: plainRmsNorm, models, dims: { rows, d, epsilon: 1e-5 }, shapes: { x: [rows, d], weight: [d] } },
  operation: ({ x, weight }) => rmsNorm(x!, weight!),
})

export const convCase = (models: number, l: number, e: number, k: number): ModelsCase => ({
  ...{ kernel: plainConv, models, dims: { b: 1, l, e, k }, shapes: { x: [l, e], weight: [e, k], bias: [e] } },
  operation: ({ x, weight, bias }) => causalConv1d(x as tf.Tensor3D, weight!, bias!),
})

export const scanModelsCase = (models: number, l: number, e: number, n: number): ModelsCase => ({
  ...{ kernel: plainScan, models, dims: { b: 1, l, e, n } },
  shapes: {
    ...{ u: [l, e], delta: [l, e], A: [e, n], B: [l, n], C: [l, n] },
    ...{ D: [e], z: [l, e], deltaBias: [e] },
  },
  inputs: (m) => scanInputs({ seed: 10 * m + 1, b: 1, l, e, n, scale: 1, delta: -2, leastA: -16 }),
  operation: (inputs) => selectiveScan(inputs as unknown as SelectiveScanInputs),
})
