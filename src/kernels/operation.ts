import * as tf from '@tensorflow/tfjs'
import { KernelInputError, type Shapes } from './kernelInputError.js'

export type FloatArray = Float32Array | Float64Array

/** Tensors of an operation by the paper's symbol; an absent optional input is left out. */
export type Inputs = Readonly<Record<string, tf.Tensor>>

/**
 * Runs kernel `name` on the active backend and hooks kernel `${name}Grad` into the tape.
 *
 * The forward kernel returns its output first, then whatever its backward pass wants kept (`kept0`, `kept1` ...).
 * The backward kernel gets `dy`, the inputs, the constants and the kept tensors, and returns one gradient per input in input
 * order.
 *
 * @param constants Further tensors for both kernels, without gradients.
 */
export function runOperation(name: string, inputs: Inputs, attrs: tf.NamedAttrMap, constants: Inputs = {}): tf.Tensor {
  const fixed = Object.values(constants)
  const names = [...Object.keys(inputs), ...Object.keys(constants)]
  const named = (tensors: readonly tf.Tensor[]) =>
    Object.fromEntries(tensors.map((tensor, i) => [names[i] ?? `kept${i - names.length}`, tensor]))
  const operation = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args.pop() as tf.GradSaveFunc
    const tensors = [...(args as tf.Tensor[]), ...fixed]
    const [value, ...kept] = outputsOf(tf.engine().runKernel(name, named(tensors), attrs))
    save([...tensors, ...kept])
    return {
      value: value!,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        outputsOf(tf.engine().runKernel(`${name}Grad`, { dy, ...named(saved) }, attrs)),
    }
  })
  return operation(...Object.values(inputs))
}

const outputsOf = (outputs: tf.Tensor | tf.Tensor[]): tf.Tensor[] => (Array.isArray(outputs) ? outputs : [outputs])

/**
 * Whether the active backend has a kernel of ours for `name`, with `models` models side by side; where it has none, the
 * portable form takes its place.
 */
export const hasKernel = (name: string, models = 1): boolean =>
  tf.getKernel(name, tf.getBackend()) !== undefined && (models === 1 || tf.getBackend() === 'webgpu')

/**
 * The leading dimension of models side by side, each with weights of its own, of a weight that has `rank` dimensions for one
 * model; none for one model's. Inputs then have one sequence a model.
 */
export const modelsOf = (weight: tf.Tensor, rank: number): number[] =>
  weight.shape.length > rank ? weight.shape.slice(0, 1) : []

/** Shapes of the inputs by name, for error messages. */
export const shapesOf = (inputs: Inputs): Shapes =>
  Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, tensor.shape]))

/**
 * Checks that every input is float32 and has the shape that `expected` gives it, with no dimension of zero.
 * @throws KernelInputError naming the operation and all shapes
 */
export function checkShapes(operation: string, inputs: Inputs, expected: Shapes): void {
  for (const [name, shape] of Object.entries(expected)) {
    const tensor = inputs[name]
    if (!tensor) continue
    if (tensor.dtype !== 'float32')
      throw new KernelInputError(operation, `${name} is ${tensor.dtype}, not float32`, shapesOf(inputs))
    if (tensor.shape.length !== shape.length || tensor.shape.some((size, i) => size !== shape[i]))
      throw new KernelInputError(operation, `${name} should have shape [${shape.join(', ')}]`, shapesOf(inputs))
    if (shape.some((size) => !(size > 0))) throw new KernelInputError(operation, `${name} is empty`, shapesOf(inputs))
  }
}
