/**
 * What is known after each session, one row a session, and the return that the next session brought.
 * L rows, F features. Row t uses bars up to and including t only; `targetPct[t]` is the return of session t + 1.
 */
export interface FeatureTable {
  readonly names: readonly string[]
  readonly sessions: readonly string[]
  /** (L, F) row-major, raw (not normalised); NaN where a value is not known. */
  readonly values: Float64Array
  /** (L) simple return of session t in percent of the adjusted previous close; NaN in the first row. */
  readonly returnPct: Float64Array
  /** (L) simple return of session t + 1, in percent; NaN in the last row, whose outcome is not known. */
  readonly targetPct: Float64Array
  /** (L) causal forecast of the next session's standard deviation, in percent (`volatilityScale.ts`). */
  readonly scalePct: Float64Array
  /** (L) volatility of session t by its own range (Parkinson 1980), in percent; only training looks at later rows of it. */
  readonly rangePct?: Float64Array
  /** Set when the last columns speak of something else than the ticker: so many sources, of so many channels each. */
  readonly context?: ContextColumns
}

/** The last `sources * channels` columns of a table, source by source. */
export interface ContextColumns {
  readonly sources: number
  readonly channels: number
}
