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

/** Rows [from, to) of a table, as views: what comes later is not even there to be read. */
export function sliceTable(table: FeatureTable, from: number, to: number): FeatureTable {
  const F = table.names.length
  return {
    names: table.names,
    sessions: table.sessions.slice(from, to),
    values: table.values.subarray(from * F, to * F),
    returnPct: table.returnPct.subarray(from, to),
    targetPct: table.targetPct.subarray(from, to),
    scalePct: table.scalePct.subarray(from, to),
    ...(table.rangePct && { rangePct: table.rangePct.subarray(from, to) }),
    ...(table.context && { context: table.context }),
  }
}

/** The last `sources * channels` columns of a table, source by source. */
export interface ContextColumns {
  readonly sources: number
  readonly channels: number
}
