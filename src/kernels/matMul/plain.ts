import type { FloatArray } from '../operation.js'
import { type FloatArrays, type PlainKernel, zerosLike } from '../plainKernel.js'

/** `batch` products of (rows, inner) by (inner, columns); a flag says that the operand is stored transposed. */
export interface MatMulDims {
  readonly batch: number
  readonly rows: number
  readonly inner: number
  readonly columns: number
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** op(a) op(b) per batch, by the definition. */
function product(a: FloatArray, b: FloatArray, dims: MatMulDims): FloatArray {
  const { batch, rows, inner, columns, transposeA, transposeB } = dims
  const out = zerosLike(a, batch * rows * columns)
  for (let m = 0; m < batch; m++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        let sum = 0
        for (let p = 0; p < inner; p++) {
          const left = a[m * rows * inner + (transposeA ? p * rows + i : i * inner + p)]!
          const right = b[m * inner * columns + (transposeB ? j * inner + p : p * columns + j)]!
          sum += left * right
        }
        out[(m * rows + i) * columns + j] = sum
      }
  return out
}

/** With y = op(a) op(b): d op(a) = dy op(b)ᵀ and d op(b) = op(a)ᵀ dy, written transposed where the operand is. */
function backward(dy: FloatArray, inputs: FloatArrays, dims: MatMulDims): FloatArrays {
  const { a, b } = inputs as Record<string, FloatArray>
  const { batch, rows, inner, columns, transposeA, transposeB } = dims
  const da = transposeA
    ? product(b!, dy, { batch, rows: inner, inner: columns, columns: rows, transposeA: transposeB, transposeB: true })
    : product(dy, b!, { batch, rows, inner: columns, columns: inner, transposeA: false, transposeB: !transposeB })
  const db = transposeB
    ? product(dy, a!, { batch, rows: columns, inner: rows, columns: inner, transposeA: true, transposeB: transposeA })
    : product(a!, dy, { batch, rows: inner, inner: rows, columns, transposeA: !transposeA, transposeB: false })
  return { a: da, b: db }
}

export const plainMatMul: PlainKernel = {
  name: 'MatMul',
  forward: (inputs, dims) => product(inputs.a!, inputs.b!, dims),
  backward,
}
