import type { Child } from 'hono/jsx'
import { boundsOf } from '../api/historyView.js'

type Place = 'hit' | 'near' | 'miss'

const words: Record<Place, string> = {
  hit: 'inside 80\u202f%',
  near: 'outside 80\u202f%',
  miss: 'outside 95\u202f%',
}

/** Where a return lies: inside the 80 % interval, only inside the 95 % one, or outside both. */
export function placeOf(quantiles: readonly number[], returnPct: number): Place {
  const [low95, low80, , high80, high95] = boundsOf(quantiles)
  if (returnPct < low95 || returnPct > high95) return 'miss'
  return returnPct < low80 || returnPct > high80 ? 'near' : 'hit'
}

interface OutcomeMarkProps {
  readonly quantiles: readonly number[]
  readonly returnPct: number
  /** Stands in place of the words, which are read out then. */
  readonly children?: Child
}

/** What came of a forecast, as a mark that differs in shape as well as in colour. */
export function OutcomeMark({ quantiles, returnPct, children }: OutcomeMarkProps) {
  const place = placeOf(quantiles, returnPct)
  return (
    <span class={`outcome ${place}`} title={children ? words[place] : undefined}>
      {children ?? words[place]}
      {children && <span class="sr-only"> {words[place]}</span>}
    </span>
  )
}
