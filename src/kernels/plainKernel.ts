import * as tf from '@tensorflow/tfjs'
import { KernelInputError } from './kernelInputError.js'
import type { FloatArray } from './operation.js'

export type FloatArrays = Record<string, FloatArray>

/**
 * An operation in plain typed-array loops. Given Float64Arrays it is the float64 reference of the tests; given
 * Float32Arrays it is the kernel of backend 'cpu' (sums still run in double precision).
 */
export interface PlainKernel {
  readonly name: string
  /** Output of the operation. `dims` holds the attributes the operation was run with. */
  readonly forward: (inputs: FloatArrays, dims: Dims) => FloatArray
  /** Gradient of every input, by name. */
  readonly backward: (dy: FloatArray, inputs: FloatArrays, dims: Dims) => FloatArrays
}

// biome-ignore lint/suspicious/noExplicitAny: each kernel knows its own dimensions; tfjs carries them as attributes
export type Dims = any

/** What a tfjs backend must offer for plain kernels; every backend with synchronous reads does. */
interface SynchronousBackend {
  readSync(dataId: object): FloatArray
  write(values: FloatArray, shape: number[], dtype: 'float32'): object
}

type KernelParams = Parameters<tf.KernelConfig['kernelFunc']>[0]

/** Registers `kernel` and its gradient for `backendName`. */
export function registerPlainKernel(kernel: PlainKernel, backendName: string): void {
  tf.registerKernel({ kernelName: kernel.name, backendName, kernelFunc: plainForward(kernel) })
  tf.registerKernel({ kernelName: `${kernel.name}Grad`, backendName, kernelFunc: plainBackward(kernel) })
}

/** The forward pass of `kernel` as tfjs runs it: reads the inputs, writes one output of shape `outputShape`. */
export function plainForward(kernel: PlainKernel): tf.KernelConfig['kernelFunc'] {
  return (params) => {
    const arrays = readInputs(params)
    const output = kernel.forward(arrays, params.attrs)
    refuseNaN(kernel.name, output, arrays, params)
    return writeOutput(params, output, (params.attrs as unknown as Dims).outputShape)
  }
}

/** The backward pass of `kernel` as tfjs runs it: one gradient per input, in input order. */
export function plainBackward(kernel: PlainKernel): tf.KernelConfig['kernelFunc'] {
  return (params) => {
    const { dy, ...arrays } = readInputs(params)
    const gradients = kernel.backward(dy!, arrays, params.attrs)
    return Object.keys(params.inputs)
      .filter((name) => name !== 'dy' && !name.startsWith('kept'))
      .map((name) => writeOutput(params, gradients[name]!, params.inputs[name]!.shape))
  }
}

function readInputs({ inputs, backend }: KernelParams): FloatArrays {
  const read = (info: tf.TensorInfo) => (backend as SynchronousBackend).readSync(info.dataId)
  return Object.fromEntries(Object.entries(inputs).map(([name, info]) => [name, read(info!)]))
}

function writeOutput({ backend }: KernelParams, values: FloatArray, shape: number[]): tf.TensorInfo {
  return { dataId: (backend as SynchronousBackend).write(values, shape, 'float32'), shape, dtype: 'float32' }
}

/** A NaN that came in is an error of the caller; one that an overflow made is left to the loss check of the trainer. */
function refuseNaN(name: string, output: FloatArray, arrays: FloatArrays, { inputs }: KernelParams): void {
  if (!output.some(Number.isNaN)) return
  const culprit = Object.keys(arrays).find((input) => arrays[input]!.some(Number.isNaN))
  if (!culprit) return
  const shapes = Object.fromEntries(Object.entries(inputs).map(([input, info]) => [input, info!.shape]))
  throw new KernelInputError(name, `${culprit} holds NaN`, shapes)
}

/** A zeroed array of the same precision as `array`. */
export const zerosLike = (array: FloatArray, size = array.length): FloatArray =>
  array instanceof Float64Array ? new Float64Array(size) : new Float32Array(size)
