import type { Ticker } from '../domain/ticker.js'
import { exchangeOf } from '../ingest/calendar.js'

/** Where a ticker's bars come from. */
export interface TickerOrigin {
  readonly provider: string
  /** Asked in turn when the first cannot deliver. */
  readonly fallbacks?: readonly string[]
  /** csv: folder or URL template; null for providers that need none. */
  readonly location: string | null
}

interface NewTicker extends TickerOrigin {
  readonly symbol: string
  readonly isSample: boolean
  readonly exchange?: string | undefined
  readonly timezone?: string | undefined
}

/** A ticker to be forecast from now on; its exchange is told by its symbol where it is not given. */
export function newTicker(entry: NewTicker): Ticker {
  const { code, timezone } = exchangeOf(entry.symbol, entry.provider)
  const { symbol, provider, fallbacks = [], location, isSample } = entry
  return {
    ...{ symbol, provider, fallbacks, location, isSample },
    active: true,
    exchange: entry.exchange ?? code,
    timezone: entry.timezone ?? timezone,
  }
}
