import * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, hasKernel, shapesOf } from '../operation.js'
import { plainAdamKernel } from './plain.js'
import { portableAdam } from './portable.js'
import { wasmAdamKernel } from './wasm.js'
import { webgpuAdamKernel } from './webgpu.js'

export interface AdamOptions {
  readonly learningRate: number
  /** L2 factor: added to the gradient, or with `decoupled` taken off the weight itself (AdamW). Default 0. */
  readonly weightDecay?: number
  readonly decoupled?: boolean
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
}

/** Moments of all parameters, one after the other in one flat vector each. */
export interface AdamState {
  readonly step: number
  readonly m: tf.Tensor1D
  readonly v: tf.Tensor1D
}

/** The state before the first step, for parameters of these shapes; dispose `m` and `v` when done. */
export function initialAdamState(parameters: readonly tf.Tensor[]): AdamState {
  const size = parameters.reduce((sum, parameter) => sum + parameter.size, 0)
  return { step: 0, m: tf.zeros([size]), v: tf.zeros([size]) }
}

/**
 * One fused Adam step over all parameters in one kernel, exactly as torch.optim.Adam (arXiv 1412.6980, algorithm 1; AdamW,
 * arXiv 1711.05101, algorithm 2, when decoupled), with w the weight decay and t the step:
 *
 *     g <- g + w p            or, decoupled,  p <- (1 - learningRate w) p
 *     m <- beta1 m + (1 - beta1) g,           v <- beta2 v + (1 - beta2) g²
 *     p <- p - learningRate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * Returns new tensors in the order given and leaves the old ones to the caller to dispose, because backends cache packed
 * weights by tensor. A NaN in a gradient reaches the one element it belongs to: of models side by side one may diverge
 * without stopping the others, and its next forward pass or loss tells.
 * @throws KernelInputError when a gradient or the state does not have the size of its parameter
 */
export function adam(
  parameters: readonly tf.Tensor[],
  gradients: readonly tf.Tensor[],
  state: AdamState,
  options: AdamOptions,
): { parameters: tf.Tensor[]; state: AdamState } {
  const inputs = adamInputs(parameters, gradients, state)
  const step = { ...defaults, ...options, step: state.step + 1 }
  const outputs = hasKernel('Adam')
    ? (tf.engine().runKernel('Adam', inputs, step) as tf.Tensor[])
    : portableAdam(parameters, gradients, state.m, state.v, step)
  const [m, v] = outputs.slice(parameters.length) as [tf.Tensor1D, tf.Tensor1D]
  return { parameters: outputs.slice(0, parameters.length), state: { step: step.step, m, v } }
}

const defaults = { weightDecay: 0, decoupled: false, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

function adamInputs(
  parameters: readonly tf.Tensor[],
  gradients: readonly tf.Tensor[],
  { m, v }: AdamState,
): Record<string, tf.Tensor> {
  const inputs: Record<string, tf.Tensor> = { m, v }
  for (const [i, parameter] of parameters.entries()) inputs[`p${i}`] = parameter
  for (const [i, gradient] of gradients.entries()) inputs[`g${i}`] = gradient
  if (parameters.length === 0 || parameters.length !== gradients.length)
    throw new KernelInputError(
      'Adam',
      `${parameters.length} parameters, ${gradients.length} gradients`,
      shapesOf(inputs),
    )
  const size = parameters.reduce((sum, parameter) => sum + parameter.size, 0)
  const expected: Record<string, number[]> = { m: [size], v: [size] }
  for (const [i, { shape }] of parameters.entries()) expected[`p${i}`] = expected[`g${i}`] = shape
  checkShapes('Adam', inputs, expected)
  return inputs
}

tf.registerKernel({ kernelName: 'Adam', backendName: 'cpu', kernelFunc: plainAdamKernel })
tf.registerKernel({ kernelName: 'Adam', backendName: 'wasm', kernelFunc: wasmAdamKernel })
tf.registerKernel({ kernelName: 'Adam', backendName: 'webgpu', kernelFunc: webgpuAdamKernel })
