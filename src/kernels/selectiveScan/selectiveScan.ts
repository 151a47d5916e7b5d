import type * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, hasKernel, modelsOf, runOperation, shapesOf } from '../operation.js'
import { registerPlainKernel } from '../plainKernel.js'
import { registerWasmKernel } from '../wasm/wasmKernel.js'
import { registerWebgpuKernel } from '../webgpu/webgpuKernel.js'
import { packedScan } from './packedScan.js'
import { plainScan } from './plain.js'
import { portableScan } from './portable.js'
import { wasmScan } from './wasm.js'
import { webgpuScan } from './webgpu.js'

/**
 * The selective scan of Mamba (arXiv 2312.00752, section 3.2, algorithm 2), with all around it that is elementwise:
 *
 *     dt   = softplus(delta + deltaBias)
 *     h[t] = exp(dt[t] A) h[t-1] + (dt[t] u[t]) B[t],  h[-1] = 0        (e, n)
 *     y[t] = (sum_n C[t,n] h[t,:,n] + D u[t]) silu(z[t])
 *
 * Backward, with g = dL/dy silu(z) and G[t] = g[t] C[t] + exp(dt[t+1] A) G[t+1]: the same recurrence in reverse. States
 * are recomputed from checkpoints and used as a·h[t-1] themselves, never as h[t] - b[t], which cancels.
 */
export interface SelectiveScanInputs {
  /** (b, l, e) */ readonly u: tf.Tensor3D
  /** (b, l, e), before deltaBias and softplus */ readonly delta: tf.Tensor3D
  /** (e, n), negative */ readonly A: tf.Tensor
  /** (b, l, n) */ readonly B: tf.Tensor3D
  /** (b, l, n) */ readonly C: tf.Tensor3D
  /** (e) */ readonly D: tf.Tensor
  /** (b, l, e) */ readonly z: tf.Tensor3D
  /** (e) */ readonly deltaBias: tf.Tensor
}

/**
 * Selective scan of (b, l, e) inputs; returns (b, l, e); differentiable in every input. With a leading dimension of models
 * A is (M, e, n), D and deltaBias (M, e), and the inputs' b is M.
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function selectiveScan(inputs: SelectiveScanInputs): tf.Tensor3D {
  const { u, delta, A, B, C, D, z, deltaBias } = inputs
  const named = { u, delta, A, B, C, D, z, deltaBias }
  const models = modelsOf(A, 2)
  if (u.shape.length !== 3 || A.shape.length !== 2 + models.length)
    throw new KernelInputError('SelectiveScan', 'u must be (b, l, e) and A (e, n)', shapesOf(named))
  const [sequences, l, e] = u.shape
  const [b = sequences] = models
  const n = A.shape.at(-1)!
  const rows = [b, l, e]
  const perStep = [b, l, n]
  checkShapes('SelectiveScan', named, {
    ...{ u: rows, delta: rows, A: [...models, e, n], B: perStep, C: perStep },
    ...{ D: [...models, e], z: rows, deltaBias: [...models, e] },
  })
  if (hasKernel('PackedScan', models[0])) return packedScan(inputs)
  if (!hasKernel('SelectiveScan', models[0])) return portableScan(inputs)
  return runOperation('SelectiveScan', named, { b, l, e, n, outputShape: rows }) as tf.Tensor3D
}

registerPlainKernel(plainScan, 'cpu')
registerWasmKernel(plainScan, wasmScan)
registerWebgpuKernel('PackedScan', webgpuScan)
