import * as tf from '@tensorflow/tfjs'
import type { Dims } from '../plainKernel.js'
import type { Tensors } from '../wasm/wasmKernel.js'

/**
 * An operation in WGSL. Nothing is read back, so a NaN in an input goes through to the output and is found by the
 * trainer in the losses. `dims.models` blocks of rows, one after the other, each have weights of their own.
 */
export interface WebgpuKernel {
  /** The output first, then what the backward pass wants kept (its inputs `kept0`, `kept1` ...). */
  readonly forward: (backend: object, inputs: Tensors, dims: Dims) => tf.TensorInfo[]
  /** One gradient per input, in input order. */
  readonly backward: (backend: object, dy: tf.TensorInfo, inputs: Tensors, dims: Dims) => tf.TensorInfo[]
}

/** Registers an operation and its gradient for backend 'webgpu'. */
export function registerWebgpuKernel(name: string, { forward, backward }: WebgpuKernel): void {
  tf.registerKernel({
    kernelName: name,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => forward(backend as object, inputs as Tensors, attrs),
  })
  tf.registerKernel({
    kernelName: `${name}Grad`,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, ...others } = inputs as Tensors
      return backward(backend as object, dy!, others, attrs)
    },
  })
}
