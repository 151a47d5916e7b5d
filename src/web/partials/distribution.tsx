import { QUANTILE_LEVELS } from '../../domain/forecast.js'
import { boundsOf } from '../api/historyView.js'
import { type Axis, at, span } from '../axis.js'
import { price, signedPct } from '../format.js'

const HEIGHT = 176
/** Bins between the 10 % and the 90 % quantile. */
const INNER = [2, 3, 4, 5]

interface Bin {
  readonly low: number
  readonly high: number
  readonly height: number
  readonly inner: boolean
}

/** The forecast distribution as areas between its quantiles: the taller, the likelier. Labels give percent and price. */
export function DistributionPlot({ quantiles, lastClose }: { quantiles: readonly number[]; lastClose: number }) {
  const axis = { limit: Math.max(...quantiles.map(Math.abs)) * 1.22 || 1, ticks: [] }
  const [low95, low80, median, high80, high95] = boundsOf(quantiles)
  const labels = [
    { value: low80, row: 0 },
    { value: high80, row: 0 },
    { value: low95, row: 1 },
    { value: high95, row: 1 },
  ]
  return (
    <svg
      class="distribution"
      width="100%"
      height={HEIGHT + 92}
      role="img"
      aria-label="Forecast distribution of the next session's return"
    >
      {binsOf(quantiles).map(({ low, high, height, inner }) => (
        <rect
          class={inner ? 'band-80' : 'band-95'}
          x={at(axis, low)}
          width={span(axis, low, high)}
          y={(HEIGHT - height).toFixed(1)}
          height={height.toFixed(1)}
        />
      ))}
      <line class="base" x1="0" x2="100%" y1={HEIGHT} y2={HEIGHT} />
      <line class="zero" x1="50%" x2="50%" y1="14" y2={HEIGHT + 6} />
      <text class="quiet" x="50%" y="10" text-anchor="middle">
        no change
      </text>
      <line class="median" x1={at(axis, median)} x2={at(axis, median)} y1="18" y2={HEIGHT} />
      {labels.map(({ value, row }) => (
        <Label axis={axis} value={value} row={row} lastClose={lastClose} />
      ))}
    </svg>
  )
}

function Label({ axis, value, row, lastClose }: { axis: Axis; value: number; row: number; lastClose: number }) {
  const y = HEIGHT + 20 + row * 38
  return (
    <>
      <line class="leader" x1={at(axis, value)} x2={at(axis, value)} y1={HEIGHT} y2={y - 12} />
      <text x={at(axis, value)} y={y} text-anchor="middle">
        {signedPct(value)}
      </text>
      <text class="quiet" x={at(axis, value)} y={y + 15} text-anchor="middle">
        {price(lastClose * (1 + value / 100))}
      </text>
    </>
  )
}

function binsOf(quantiles: readonly number[]): Bin[] {
  const bins = quantiles.slice(1).map((high, i) => {
    const low = quantiles[i]!
    const density = high > low ? (QUANTILE_LEVELS[i + 1]! - QUANTILE_LEVELS[i]!) / (high - low) : 0
    return { low, high, density, inner: INNER.includes(i) }
  })
  const tallest = Math.max(...bins.map(({ density }) => density)) || 1
  return bins.map(({ low, high, density, inner }) => ({
    low,
    high,
    inner,
    height: (density / tallest) * (HEIGHT - 20),
  }))
}
