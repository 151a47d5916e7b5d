import * as tf from '@tensorflow/tfjs'
import { type Dims, type PlainKernel, plainBackward, plainForward, refuseNaN } from '../plainKernel.js'
import { type WasmHost, wasmHost } from './wasmHost.js'

export type Tensors = Readonly<Record<string, tf.TensorInfo>>

/** An operation on the compiled kernels. */
export interface WasmKernel {
  /** The output first, then what the backward pass wants kept (its inputs `kept0`, `kept1` ...). */
  readonly forward: (host: WasmHost, inputs: Tensors, dims: Dims) => tf.TensorInfo[]
  /** One gradient per input, in input order. */
  readonly backward: (host: WasmHost, dy: tf.TensorInfo, inputs: Tensors, dims: Dims) => tf.TensorInfo[]
}

/** Registers an operation for backend 'wasm': compiled where they attach to the backend, plain otherwise. */
export function registerWasmKernel(plain: PlainKernel, compiled: WasmKernel): void {
  tf.registerKernel({ kernelName: plain.name, backendName: 'wasm', kernelFunc: forwardOn(plain, compiled) })
  tf.registerKernel({ kernelName: `${plain.name}Grad`, backendName: 'wasm', kernelFunc: backwardOn(plain, compiled) })
}

function forwardOn(plain: PlainKernel, compiled: WasmKernel): tf.KernelConfig['kernelFunc'] {
  const fallback = plainForward(plain)
  return (params) => {
    const host = wasmHost(params.backend as object)
    if (!host) return fallback(params)
    const inputs = params.inputs as Tensors
    const outputs = compiled.forward(host, inputs, params.attrs)
    refuseNaNOnWasm(host, plain.name, inputs, outputs, 1)
    return outputs
  }
}

function backwardOn(plain: PlainKernel, compiled: WasmKernel): tf.KernelConfig['kernelFunc'] {
  const fallback = plainBackward(plain)
  return (params) => {
    const host = wasmHost(params.backend as object)
    if (!host) return fallback(params)
    const { dy, ...inputs } = params.inputs as Tensors
    return compiled.backward(host, dy!, inputs, params.attrs)
  }
}

/**
 * As refuseNaN, where one of the first `count` of `outputs` is not finite; frees them all then.
 * @throws KernelInputError naming the input that holds NaN
 */
export function refuseNaNOnWasm(
  host: WasmHost,
  operation: string,
  inputs: Tensors,
  outputs: readonly tf.TensorInfo[],
  count: number,
): void {
  const { kernels, pointer, view, free } = host
  if (outputs.slice(0, count).every((output) => kernels.allFinite(pointer(output), sizeOf(output)))) return
  try {
    refuseNaN(operation, inputs, view)
  } catch (error) {
    for (const output of outputs) free(output)
    throw error
  }
}

const sizeOf = ({ shape }: tf.TensorInfo): number => shape.reduce((size, dimension) => size * dimension, 1)
