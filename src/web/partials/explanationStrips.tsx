import { type Attribution, type Explanation, isComplete } from '../../domain/explanation.js'
import { day } from '../format.js'
import type { TickerView } from '../tickerView.js'

/** Sessions drawn: two months. */
const DRAWN = 44
const PRICE_HEIGHT = 72
const STRIP_HEIGHT = 22

interface StripsProps {
  readonly explanation: Explanation
  readonly bars: TickerView['bars']
}

/** The closes of the last sessions, and under each how much it counted; the table below holds the same figures. */
export function ExplanationStrips({ explanation, bars }: StripsProps) {
  const { sessions, width, median, attention } = explanation
  const shown = sessions.slice(-DRAWN)
  const last = <T,>(parts: readonly T[]) => parts.slice(-shown.length)
  return (
    <figure class="strips">
      <span class="strip-name">Close</span>
      <PriceLine sessions={shown} bars={bars} />
      {width && isComplete(width) && <SignedStrip name={'80\u202f% interval'} parts={width} last={last} />}
      {isComplete(median) && <SignedStrip name="Median" parts={median} last={last} />}
      <span class="strip-name">Attention</span>
      <Cells label="Attention by session" shares={last(attention.sessions)} />
      <span class="strip-name" />
      <span class="strip-ends">
        <span>{day(shown[0]!)}</span>
        <span>{day(shown.at(-1)!)}</span>
      </span>
      <figcaption>
        <span class="legend-entry">
          <span class="swatch s-more" aria-hidden="true" />
          wider, or higher: upper half
        </span>
        <span class="legend-entry">
          <span class="swatch s-less" aria-hidden="true" />
          narrower, or lower: lower half
        </span>
        <span>the fuller the colour, the stronger</span>
      </figcaption>
    </figure>
  )
}

interface SignedStripProps {
  readonly name: string
  readonly parts: Attribution
  readonly last: (parts: readonly number[]) => readonly number[]
}

const SignedStrip = ({ name, parts, last }: SignedStripProps) => (
  <>
    <span class="strip-name">{name}</span>
    <Cells label={`${name}: effect by session`} shares={last(parts.sessions)} isSigned />
  </>
)

/** One cell a session: positive in the upper half, negative in the lower; strength by the square root, for small ones to show. */
function Cells({ label, shares, isSigned }: { label: string; shares: readonly number[]; isSigned?: boolean }) {
  const most = Math.max(...shares.map(Math.abs)) || 1
  const height = isSigned ? STRIP_HEIGHT / 2 : STRIP_HEIGHT
  const cell = 100 / shares.length
  return (
    <svg class="strip" width="100%" height={STRIP_HEIGHT} role="img" aria-label={label}>
      {shares.map((part, i) => (
        <rect
          class={part < 0 ? 'less' : 'more'}
          x={`${(i * cell).toFixed(3)}%`}
          y={part < 0 ? height : 0}
          width={`${cell.toFixed(3)}%`}
          height={height}
          fill-opacity={Math.sqrt(Math.abs(part) / most).toFixed(3)}
        />
      ))}
      {isSigned && <line x1="0" x2="100%" y1={height} y2={height} />}
    </svg>
  )
}

/** Each close stands over the middle of its session's cell. */
function PriceLine({ sessions, bars }: { sessions: readonly string[]; bars: StripsProps['bars'] }) {
  const closes = new Map(bars.map(({ session, close }) => [session, close]))
  const known = sessions.flatMap((session, i) => (closes.has(session) ? [{ i, close: closes.get(session)! }] : []))
  const [low, high] = [Math.min(...known.map(({ close }) => close)), Math.max(...known.map(({ close }) => close))]
  const y = (close: number) => PRICE_HEIGHT - 4 - ((close - low) / (high - low || 1)) * (PRICE_HEIGHT - 8)
  return (
    <svg
      class="strip-price"
      width="100%"
      height={PRICE_HEIGHT}
      viewBox={`0 0 ${sessions.length} ${PRICE_HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Closes of the last ${sessions.length} sessions`}
    >
      <polyline points={known.map(({ i, close }) => `${i + 0.5},${y(close).toFixed(2)}`).join(' ')} />
    </svg>
  )
}
