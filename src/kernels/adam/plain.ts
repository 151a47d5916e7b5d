import type * as tf from '@tensorflow/tfjs'
import type { FloatArray } from '../operation.js'
import { readTensor, writeOutput, zerosLike } from '../plainKernel.js'

/** One step's constants; the attributes of kernel 'Adam'. */
export interface AdamStep {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  readonly decoupled: boolean
  /** 1 for the first step; the bias corrections are 1 - beta^step. */
  readonly step: number
}

export interface AdamArrays {
  readonly parameters: FloatArray
  readonly m: FloatArray
  readonly v: FloatArray
}

/** One Adam step as PyTorch computes it; `m` and `v` are read from `offset` on, for a slice of a larger state. */
export function plainAdam(
  { parameters, m, v }: AdamArrays,
  gradients: FloatArray,
  options: AdamStep,
  offset = 0,
): AdamArrays {
  const { learningRate, beta1, beta2, epsilon, weightDecay, decoupled, step } = options
  const next = { parameters: zerosLike(parameters), m: zerosLike(parameters), v: zerosLike(parameters) }
  const stepSize = learningRate / (1 - beta1 ** step)
  const rootCorrection = Math.sqrt(1 - beta2 ** step)
  for (let i = 0; i < parameters.length; i++) {
    const p = decoupled ? parameters[i]! * (1 - learningRate * weightDecay) : parameters[i]!
    const g = decoupled ? gradients[i]! : gradients[i]! + weightDecay * p
    const mean = beta1 * m[offset + i]! + (1 - beta1) * g
    const square = beta2 * v[offset + i]! + (1 - beta2) * g * g
    next.m[i] = mean
    next.v[i] = square
    next.parameters[i] = p - (stepSize * mean) / (Math.sqrt(square) / rootCorrection + epsilon)
  }
  return next
}

/** Kernel 'Adam' in plain loops: inputs p0.. g0.. m v; outputs the new p0.. then m and v. */
export const plainAdamKernel: tf.KernelConfig['kernelFunc'] = (params) => {
  const { inputs, attrs } = params
  const [m, v] = [readTensor(params, inputs.m!), readTensor(params, inputs.v!)]
  const [nextM, nextV] = [zerosLike(m), zerosLike(v)]
  const outputs: tf.TensorInfo[] = []
  let offset = 0
  for (let i = 0; inputs[`p${i}`]; i++) {
    const parameters = readTensor(params, inputs[`p${i}`]!)
    const gradients = readTensor(params, inputs[`g${i}`]!)
    const next = plainAdam({ parameters, m, v }, gradients, attrs as unknown as AdamStep, offset)
    nextM.set(next.m, offset)
    nextV.set(next.v, offset)
    outputs.push(writeOutput(params, next.parameters, inputs[`p${i}`]!.shape))
    offset += parameters.length
  }
  return [...outputs, writeOutput(params, nextM, [offset]), writeOutput(params, nextV, [offset])]
}
