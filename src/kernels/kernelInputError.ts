export type Shapes = Readonly<Record<string, readonly number[]>>

/** An operation was given input it cannot work on: names the operation, what is wrong and every shape. */
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
