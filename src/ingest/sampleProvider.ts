import { UserError } from '../domain/errors.js'
import type { Provider } from './provider.js'
import { CLOSE_HOUR_UTC, FIRST_SESSION, SAMPLE_SHARES } from './sample/market.js'
import { simulateShare } from './sample/simulateShare.js'

export interface SampleProviderOptions {
  /** 32-bit seed of the whole market; 1 unless told otherwise. */
  readonly seed?: number
}

/**
 * A made-up market of six shares that trade every weekday from 2019-01-02, for a first look and for tests.
 *
 * It has what real returns have (volatility clustering, leverage, fat tails, a common factor; `simulateShare`) and no
 * predictable mean. Its bars carry one unmarked 2:1 split.
 * @throws UserError for a symbol that is not in the market.
 */
export function createSampleProvider({ seed = 1 }: SampleProviderOptions = {}): Provider {
  const symbols = SAMPLE_SHARES.map((share) => share.symbol)
  return {
    name: 'sample',
    isSample: true,
    isIncremental: false,
    precision: 0,
    list: async () => symbols,
    async fetchBars({ symbol, now }) {
      const place = symbols.indexOf(symbol)
      const share = SAMPLE_SHARES[place]
      if (!share)
        throw new UserError(`the sample market has no '${symbol}'; it has ${symbols.join(', ')}`, { exitCode: 2 })
      const bars = simulateShare(share, place, sampleSessions(now), seed)
      return { bars, refused: [] }
    },
  }
}

/** Weekdays from the first session to the last one whose close (21:00 UTC) is before `now`. */
function sampleSessions(now: Date): string[] {
  const sessions: string[] = []
  const close = new Date(`${FIRST_SESSION}T${CLOSE_HOUR_UTC}:00:00Z`)
  for (; close < now; close.setUTCDate(close.getUTCDate() + 1)) {
    const weekday = close.getUTCDay()
    if (weekday !== 0 && weekday !== 6) sessions.push(close.toISOString().slice(0, 10))
  }
  return sessions
}
