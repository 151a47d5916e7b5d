import { boundsOf } from '../api/historyView.js'
import { type Axis, at, span } from '../axis.js'
import { rangePct, signedPct } from '../format.js'

/** A forecast's 80 % and 95 % interval and its median, drawn to scale on an axis that other bars share. */
export function IntervalBar({ quantiles, axis, quiet }: { quantiles: readonly number[]; axis: Axis; quiet?: boolean }) {
  const [low95, low80, median, high80, high95] = boundsOf(quantiles)
  const label = `80 % of the time ${rangePct(low80, high80)}, 95 % of the time ${rangePct(low95, high95)}, median ${signedPct(median)}`
  return (
    <svg class={quiet ? 'interval quiet' : 'interval'} width="100%" height="26" role="img" aria-label={label}>
      <AxisLines axis={axis} />
      <rect class="band-95" x={at(axis, low95)} width={span(axis, low95, high95)} y="6" height="14" rx="2" />
      <rect class="band-80" x={at(axis, low80)} width={span(axis, low80, high80)} y="6" height="14" rx="2" />
      <line class="median" x1={at(axis, median)} x2={at(axis, median)} y1="3" y2="23" />
    </svg>
  )
}

/** The labels of that axis, for the head of a column of bars. */
export function AxisLabels({ axis }: { axis: Axis }) {
  return (
    <svg class="axis-labels" width="100%" height="16" aria-hidden="true">
      {axis.ticks.map((tick) => (
        <text x={at(axis, tick)} y="12" text-anchor="middle">
          {tick === 0 ? '0' : signedPct(tick, Number.isInteger(tick) ? 0 : tick % 0.5 === 0 ? 1 : 2)}
        </text>
      ))}
    </svg>
  )
}

function AxisLines({ axis }: { axis: Axis }) {
  return axis.ticks.map((tick) => (
    <line class={tick === 0 ? 'zero' : 'tick'} x1={at(axis, tick)} x2={at(axis, tick)} y1="0" y2="26" />
  ))
}
