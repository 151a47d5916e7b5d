/** How values become positions along one side of a plot, and where its ticks are. */
export interface Axis {
  readonly ticks: readonly { readonly at: number; readonly label: string }[]
  /** Position of a value, 0 at the low end, 1 at the high end. */
  readonly position: (value: number) => number
}

const ROUND_STEPS = [1, 2, 2.5, 5, 10]
const WANTED_TICKS = 5

/** An axis with round ticks that holds every finite value; `include` widens it, to zero for bars say. */
export function linearAxis(values: readonly number[], include: readonly number[] = []): Axis {
  const known = [...values, ...include].filter(Number.isFinite)
  const [low, high] = extentOf(known.length > 0 ? known : [0, 1])
  const rough = (high - low) / WANTED_TICKS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ROUND_STEPS.find((round) => round * power >= rough)!
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  const digits = Math.max(
    0,
    Math.ceil(-Math.log10(step) - 1e-9) + (step / 10 ** Math.floor(Math.log10(step)) === 2.5 ? 1 : 0),
  )
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
  return {
    ticks: ticks.map((at) => ({ at, label: at.toFixed(digits).replace('-', '−') })),
    position: (value) => (value - low) / (high - low),
  }
}

/** An axis of powers of ten that holds every positive value. */
export function logAxis(values: readonly number[]): Axis {
  const known = values.filter((value) => Number.isFinite(value) && value > 0).map(Math.log10)
  const [low, high] = extentOf(known.length > 0 ? known : [-1, 0])
  const [first, last] = [Math.ceil(low), Math.floor(high)]
  const powers = Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => first + i)
  return {
    ticks: powers.map((power) => ({ at: 10 ** power, label: `1e${power}`.replace('-', '−') })),
    position: (value) => (Math.log10(value) - low) / (high - low),
  }
}

/** Both ends with a little room; a single value gets some width. */
function extentOf(values: readonly number[]): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  const room = high > low ? 0.04 * (high - low) : Math.abs(high) * 0.1 || 1
  return [low - room, high + room]
}
