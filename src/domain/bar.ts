/** One session's bar exactly as its provider gave it: prices unadjusted, in the quote currency. */
export interface Bar {
  /** Session date in the exchange's own calendar, `YYYY-MM-DD`. */
  readonly session: string
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** In the provider's own unit; only its changes are used. */
  readonly volume: number
  /** The previous session's close on this session's price basis, where the provider quotes it (Tushare `pre_close`). */
  readonly previousClose: number | null
  /** Further numeric columns of the provider, by name. A missing cell is absent. */
  readonly extras: Readonly<Record<string, number>>
}

/** Where a bar's adjustment ratio comes from. */
export type RatioSource = 'none' | 'quoted' | 'detected'

/**
 * A bar with the one number that makes it comparable with the session before it.
 *
 * The simple return of a session is `close / (previous close * ratio) - 1`. The ratio depends on this bar and earlier
 * ones only, so a later split never changes what an earlier session looked like.
 */
export interface AdjustedBar extends Bar {
  /** Factor that puts the previous session's prices on this session's basis: 1 on most days, 0.5 on a 2:1 split. */
  readonly ratio: number
  readonly ratioSource: RatioSource
}
