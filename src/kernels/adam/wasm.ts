import type * as tf from '@tensorflow/tfjs'
import { type WasmHost, wasmHost } from '../wasm/wasmHost.js'
import { type AdamStep, plainAdamKernel } from './plain.js'

/** Kernel 'Adam' on the compiled step, one call per parameter; inputs and outputs as plainAdamKernel. */
export const wasmAdamKernel: tf.KernelConfig['kernelFunc'] = (params) => {
  const host = wasmHost(params.backend as object)
  if (!host) return plainAdamKernel(params)
  const inputs = params.inputs as Record<string, tf.TensorInfo>
  const [m, v] = [inputs.m!, inputs.v!]
  const [nextM, nextV] = [host.output(m.shape), host.output(v.shape)]
  const outputs: tf.TensorInfo[] = []
  const moments = [m, v, nextM, nextV].map(host.pointer) as [number, number, number, number]
  let offset = 0
  for (let i = 0; inputs[`p${i}`]; i++) {
    const parameter = inputs[`p${i}`]!
    const output = host.output(parameter.shape)
    const size = parameter.shape.reduce((product, dimension) => product * dimension, 1)
    step(host, [parameter, inputs[`g${i}`]!, output], moments, offset, size, params.attrs as unknown as AdamStep)
    outputs.push(output)
    offset += size
  }
  return [...outputs, nextM, nextV]
}

function step(
  { kernels, pointer }: WasmHost,
  [parameter, gradient, output]: [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo],
  [m, v, nextM, nextV]: [number, number, number, number],
  offset: number,
  size: number,
  { learningRate, beta1, beta2, epsilon, weightDecay, decoupled, step: count }: AdamStep,
): void {
  const at = 4 * offset
  const pointers = [pointer(parameter), pointer(gradient), m + at, v + at, pointer(output), nextM + at, nextV + at]
  const keep = decoupled ? 1 - learningRate * weightDecay : 1
  const decay = decoupled ? 0 : weightDecay
  const stepSize = learningRate / (1 - beta1 ** count)
  const rootScale = 1 / Math.sqrt(1 - beta2 ** count)
  kernels.adamStep(...pointers, size, keep, decay, beta1, 1 - beta1, beta2, 1 - beta2, stepSize, rootScale, epsilon)
}
