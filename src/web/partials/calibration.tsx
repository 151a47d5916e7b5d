import type { PitHistogram } from '../../db/pitHistogram.js'
import { QUANTILE_LEVELS } from '../../domain/forecast.js'
import { counted, share } from '../format.js'

const [WIDTH, HEIGHT] = [300, 110]
/** Of the plot's height, in multiples of what a calibrated forecast would show. */
const TALLEST = 2.5
const EDGES = [0, ...QUANTILE_LEVELS, 1]
/** Two-sided 95 % of the normal distribution. */
const Z95 = 1.96

interface Bin {
  readonly low: number
  readonly high: number
  readonly expected: number
  readonly observed: number
}

/** Where outcomes fell among the quantiles of their forecasts: level bars where these are right. */
export function Calibration({ pit }: { pit: PitHistogram }) {
  if (pit.n === 0) return null
  const bins = EDGES.slice(1).map((high, i) => {
    const low = EDGES[i]!
    return { low, high, expected: high - low, observed: pit.counts[i]! / pit.n }
  })
  return (
    <section class="card calibration">
      <h2>Calibration</h2>
      <p class="muted">
        Where the last {counted(pit.n, 'outcome')} fell among their quantiles. Where all is right, each bar ends near
        the line: within the marks 95 of 100 times. Tall ends: ranges too narrow; a tall middle: too wide.
      </p>
      <Histogram bins={bins} n={pit.n} />
      <details>
        <summary>As a table</summary>
        <table class="plain">
          <caption class="sr-only">Share of outcomes between neighbouring quantiles</caption>
          <thead>
            <tr>
              <th scope="col">Quantiles</th>
              <th scope="col" class="num">
                Right
              </th>
              <th scope="col" class="num">
                Seen
              </th>
            </tr>
          </thead>
          <tbody>
            {bins.map(({ low, high, expected, observed }) => (
              <tr>
                <th scope="row">
                  {percent(low)} to {percent(high)}
                </th>
                <td class="num">{share(expected, 1)}</td>
                <td class="num">{share(observed, 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  )
}

const percent = (level: number): string => `${Number((level * 100).toFixed(1))}\u202f%`

function Histogram({ bins, n }: { bins: readonly Bin[]; n: number }) {
  const y = (density: number) => (HEIGHT - (HEIGHT * Math.min(TALLEST, density)) / TALLEST).toFixed(1)
  const label = `Histogram of outcomes by quantile: ${bins.map(({ expected, observed }) => `${share(observed, 1)} where ${share(expected, 1)} is right`).join(', ')}`
  return (
    <svg class="pit" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      {bins.map(({ low, expected, observed }) => (
        <rect
          x={low * WIDTH + 0.5}
          width={expected * WIDTH - 1}
          y={y(observed / expected)}
          height={HEIGHT - Number(y(observed / expected))}
        />
      ))}
      {bins.map(({ low, high, expected }) => {
        const doubt = Z95 * Math.sqrt((expected * (1 - expected)) / n)
        const x = ((low + high) / 2) * WIDTH
        return <line class="doubt" x1={x} x2={x} y1={y(1 - doubt / expected)} y2={y(1 + doubt / expected)} />
      })}
      <line class="right" x1="0" x2={WIDTH} y1={y(1)} y2={y(1)} />
    </svg>
  )
}
