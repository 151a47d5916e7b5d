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

export type KernelParams = Parameters<tf.KernelConfig['kernelFunc']>[0]

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
    if (output.some(Number.isNaN))
      refuseNaN(kernel.name, params.inputs as Record<string, tf.TensorInfo>, (tensor) => readTensor(params, tensor))
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

const readInputs = (params: KernelParams): FloatArrays =>
  Object.fromEntries(Object.entries(params.inputs).map(([name, tensor]) => [name, readTensor(params, tensor!)]))

/** Contents of a tensor, as the kernel of a backend with synchronous reads. */
export const readTensor = ({ backend }: KernelParams, tensor: tf.TensorInfo): FloatArray =>
  (backend as SynchronousBackend).readSync(tensor.dataId)

/** A new tensor of the kernel's backend. */
export function writeOutput({ backend }: KernelParams, values: FloatArray, shape: number[]): tf.TensorInfo {
  return { dataId: (backend as SynchronousBackend).write(values, shape, 'float32'), shape, dtype: 'float32' }
}

/**
 * For an output that is not finite: a NaN that came in is an error of the caller; one that an overflow made is left to
 * the loss check of the trainer.
 * @throws KernelInputError naming the input that holds NaN
 */
export function refuseNaN(
  operation: string,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  read: (tensor: tf.TensorInfo) => FloatArray,
): void {
  const culprit = Object.keys(inputs).find((name) => read(inputs[name]!).some(Number.isNaN))
  if (!culprit) return
  const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]))
  throw new KernelInputError(operation, `${culprit} holds NaN`, shapes)
}

/** A zeroed array of the same precision as `array`. */
export const zerosLike = (array: FloatArray, size = array.length): FloatArray =>
  array instanceof Float64Array ? new Float64Array(size) : new Float32Array(size)
