import type { Freshness } from '../freshness.js'
import { tickerPath } from '../routes.js'

/** Leaves a ticker out of all runs, or takes it up again. */
export const PauseForm = ({ symbol, freshness: { state } }: { symbol: string; freshness: Freshness }) => (
  <form class="act" method="post" action={`${tickerPath(symbol)}/${state === 'paused' ? 'resume' : 'pause'}`}>
    <button type="submit">{state === 'paused' ? 'Resume' : 'Pause'}</button>
  </form>
)
