/** A market's clock: when its daily bar is final. */
export interface Exchange {
  /** Short code, for example `XSHG`, `XNYS` or `SAMPLE`. */
  readonly code: string
  /** IANA time zone. */
  readonly timezone: string
}

/** Something whose daily bars are forecast. */
export interface Ticker {
  /** Provider symbol, for example `601988.SH`. */
  readonly symbol: string
  readonly provider: string
  /** Providers asked in turn when the first cannot deliver. */
  readonly fallbacks?: readonly string[]
  /** csv: folder of `SYMBOL.csv` files, or a URL with `{symbol}` in it; null for providers that need none. */
  readonly location: string | null
  readonly exchange: string
  readonly timezone: string
  /** Made-up data; labelled so wherever it is shown. */
  readonly isSample: boolean
  readonly active: boolean
}

/** True when `name` is an IANA time zone that this runtime knows. */
export function isTimezone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
