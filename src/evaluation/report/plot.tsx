import { type Axis, linearAxis, logAxis } from './axis.js'

interface Named {
  readonly label: string
  /** Colour class of styles.ts, for example `c-mamba`. */
  readonly colour: string
}

/** What is drawn over the same n positions. A value that is not finite leaves a gap. */
export type Series =
  | (Named & { readonly kind: 'line' | 'dots' | 'bars'; readonly values: readonly number[] })
  | (Named & { readonly kind: 'band'; readonly low: readonly number[]; readonly high: readonly number[] })

export interface PlotProps {
  readonly title: string
  /** What to look for, in a sentence. */
  readonly note: string
  /** One label per position; the first, middle and last are written. */
  readonly labels: readonly string[]
  readonly series: readonly Series[]
  readonly unit: string
  readonly scale?: 'linear' | 'log'
  /** Values that the axis must hold, 0 say. */
  readonly include?: readonly number[]
}

const [WIDTH, HEIGHT] = [720, 240]
const EDGE = { left: 56, right: 10, top: 8, bottom: 24 }
const INNER_WIDTH = WIDTH - EDGE.left - EDGE.right
const INNER_HEIGHT = HEIGHT - EDGE.top - EDGE.bottom

/** One drawing as inline SVG with a legend: nothing to load, nothing to run. */
export function Plot({ title, note, labels, series, unit, scale = 'linear', include = [] }: PlotProps) {
  const values = series.flatMap((one) => (one.kind === 'band' ? [...one.low, ...one.high] : one.values))
  const axis = scale === 'log' ? logAxis(values) : linearAxis(values, include)
  const n = labels.length
  const x = (i: number): number => EDGE.left + (n === 1 ? 0.5 : i / (n - 1)) * INNER_WIDTH
  const y = (value: number): number => EDGE.top + (1 - axis.position(value)) * INNER_HEIGHT
  return (
    <figure class="plot">
      <figcaption>
        <strong>{title}</strong> <span class="unit">{unit}</span>
        <span class="legend">
          {series.map(({ label, colour, kind }) => (
            <span class={`key ${colour} ${kind}`}>{label}</span>
          ))}
        </span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}. ${note}`}>
        <Frame axis={axis} y={y} labels={labels} x={x} />
        {series.map((one) => (
          <Drawing series={one} x={x} y={y} base={y(0)} width={INNER_WIDTH / n} />
        ))}
      </svg>
      <p class="note">{note}</p>
    </figure>
  )
}

interface Placed {
  readonly x: (i: number) => number
  readonly y: (value: number) => number
}

function Frame({ axis, labels, x, y }: Placed & { axis: Axis; labels: readonly string[] }) {
  const last = labels.length - 1
  const written = [...new Set([0, last >> 1, last])]
  return (
    <g class="frame">
      {axis.ticks.map(({ at, label }) => (
        <>
          <line x1={EDGE.left} x2={WIDTH - EDGE.right} y1={fixed(y(at))} y2={fixed(y(at))} />
          <text x={EDGE.left - 6} y={fixed(y(at) + 4)} text-anchor="end">
            {label}
          </text>
        </>
      ))}
      {written.map((i) => (
        <text
          x={fixed(x(i))}
          y={HEIGHT - 6}
          text-anchor={last === 0 ? 'middle' : i === 0 ? 'start' : i === last ? 'end' : 'middle'}
        >
          {labels[i]}
        </text>
      ))}
    </g>
  )
}

function Drawing({ series, x, y, base, width }: Placed & { series: Series; base: number; width: number }) {
  const { colour } = series
  switch (series.kind) {
    case 'line':
      return <path class={`line ${colour}`} d={linePath(series.values, x, y)} />
    case 'dots':
      return <path class={`dots ${colour}`} d={series.values.map((value, i) => dot(x(i), y(value))).join('')} />
    case 'bars':
      return (
        <path class={`bars ${colour}`} d={series.values.map((value, i) => bar(x(i), y(value), base, width)).join('')} />
      )
    case 'band':
      return <path class={`band ${colour}`} d={bandPath(series.low, series.high, x, y)} />
    default:
      return series satisfies never
  }
}

function linePath(values: readonly number[], x: Placed['x'], y: Placed['y']): string {
  let isGap = true
  return values
    .map((value, i) => {
      const at = y(value)
      if (!Number.isFinite(at)) {
        isGap = true
        return ''
      }
      const move = isGap ? 'M' : 'L'
      isGap = false
      return `${move}${fixed(x(i))} ${fixed(at)}`
    })
    .join('')
}

function bandPath(low: readonly number[], high: readonly number[], x: Placed['x'], y: Placed['y']): string {
  const back = high.map((_, i) => high.length - 1 - i)
  const there = low.map((value, i) => `${i === 0 ? 'M' : 'L'}${fixed(x(i))} ${fixed(y(value))}`)
  return `${there.join('')}${back.map((i) => `L${fixed(x(i))} ${fixed(y(high[i]!))}`).join('')}Z`
}

const dot = (x: number, y: number): string => (Number.isFinite(y) ? `M${fixed(x)} ${fixed(y)}h0` : '')

/** A bar from the zero line; the first and last keep within the frame. */
function bar(x: number, y: number, base: number, width: number): string {
  const half = Math.max(0.4 * width, 0.5)
  const [left, right] = [Math.max(x - half, EDGE.left), Math.min(x + half, WIDTH - EDGE.right)]
  return `M${fixed(left)} ${fixed(base)}V${fixed(y)}H${fixed(right)}V${fixed(base)}Z`
}

const fixed = (value: number): string => value.toFixed(1)
