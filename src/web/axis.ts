/** A horizontal axis in percent of price, zero in the middle, shared by bars that are to be compared. */
export interface Axis {
  /** Both ends, in percent: the axis runs from -limit to +limit. */
  readonly limit: number
  readonly ticks: readonly number[]
}

const ROUND_LIMITS = [0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 60, 80, 100]

/** The axis of a table that has nothing to draw yet, in percent. */
const EMPTY_LIMIT = 4

/** The smallest round axis that holds every value. */
export function axisFor(values: readonly number[]): Axis {
  const widest = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs)) * 1.04
  const limit =
    widest === 0
      ? EMPTY_LIMIT
      : (ROUND_LIMITS.find((candidate) => candidate >= widest) ?? Math.ceil(widest / 100) * 100)
  return { limit, ticks: [-limit / 2, 0, limit / 2] }
}

/** Where `value` lies, as an SVG length in percent of the width; values beyond the axis lie at its end. */
export const at = (axis: Axis, value: number): string => `${position(axis, value).toFixed(3)}%`

/** How wide the span from `low` to `high` is, as an SVG length in percent of the width. */
export const span = (axis: Axis, low: number, high: number): string =>
  `${(position(axis, high) - position(axis, low)).toFixed(3)}%`

function position({ limit }: Axis, value: number): number {
  return 50 + 50 * Math.max(-1, Math.min(1, value / limit))
}
