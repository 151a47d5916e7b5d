export type Shapes = Readonly<Record<string, readonly number[]>>

/**
 * An operation was given input it cannot work on: names the operation, what is wrong and every shape. Shapes are checked on
 * every backend; NaN is looked for where that is no wait for a GPU, by the kernels of 'cpu' and 'wasm'. Elsewhere it goes
 * through to the losses and weights, where training finds it (src/model/trainedCheckpoint.ts).
 */
export class KernelInputError extends Error {
  override readonly name = 'KernelInputError'
  readonly operation: string
  readonly shapes: Shapes

  constructor(operation: string, problem: string, shapes: Shapes) {
    const listed = Object.entries(shapes).map(([name, shape]) => `${name} [${shape.join(', ')}]`)
    super(`${operation}: ${problem} (${listed.join(', ')})`)
    this.operation = operation
    this.shapes = shapes
  }
}
