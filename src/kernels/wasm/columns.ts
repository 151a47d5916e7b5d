import * as tf from '@tensorflow/tfjs'
import { wasmHost } from './wasmHost.js'

type Kernel = tf.KernelConfig['kernelFunc']

/**
 * Makes concat and split of a matrix's columns on backend 'wasm' plain copies. tfjs 4.22.0 builds a view of the memory for
 * every row (and for split first copies the whole matrix): several milliseconds of a training step with a quantile head.
 */
export function copyColumns(): void {
  wrap('Concat', (original) => (params) => {
    const host = wasmHost(params.backend as object)
    const inputs = params.inputs as unknown as tf.TensorInfo[]
    const { axis } = params.attrs as { axis: number }
    if (!host || (axis !== 1 && axis !== -1) || !inputs.every(isMatrix)) return original(params)
    const rows = inputs[0]!.shape[0]!
    const columns = inputs.reduce((sum, { shape }) => sum + shape[1]!, 0)
    if (inputs.some(({ shape }) => shape[0] !== rows)) return original(params) // which says what is wrong
    const out = host.output([rows, columns])
    let to = 0
    for (const input of inputs) {
      const width = input.shape[1]!
      copy(host.view(input), width, 0, host.view(out), columns, to, rows, width)
      to += width
    }
    return out
  })
  wrap('SplitV', (original) => (params) => {
    const host = wasmHost(params.backend as object)
    const { x } = params.inputs as { x: tf.TensorInfo }
    const { axis, numOrSizeSplits } = params.attrs as { axis: number; numOrSizeSplits: number[] | number }
    if (!host || (axis !== 1 && axis !== -1) || !isMatrix(x)) return original(params)
    const [rows, columns] = x.shape as [number, number]
    let from = 0
    return tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, 1).map((width) => {
      const out = host.output([rows, width])
      copy(host.view(x), columns, from, host.view(out), width, 0, rows, width)
      from += width
      return out
    })
  })
}

function wrap(kernelName: string, around: (original: Kernel) => Kernel): void {
  const { kernelFunc } = tf.getKernel(kernelName, 'wasm')!
  tf.unregisterKernel(kernelName, 'wasm')
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc: around(kernelFunc) })
}

const isMatrix = ({ shape, dtype }: tf.TensorInfo): boolean =>
  dtype === 'float32' && shape.length === 2 && shape[0]! > 0 && shape[1]! > 0

/** `width` columns of `source` (rows, sourceColumns) from column `from`, to column `to` of `target`. */
function copy(
  source: Float32Array,
  sourceColumns: number,
  from: number,
  target: Float32Array,
  targetColumns: number,
  to: number,
  rows: number,
  width: number,
): void {
  for (let row = 0, a = from, b = to; row < rows; row++, a += sourceColumns, b += targetColumns)
    for (let j = 0; j < width; j++) target[b + j] = source[a + j]!
}
