/** One value of a daily series and the moment from which the world could know it. */
export interface SeriesPoint {
  /** The day it speaks of, `YYYY-MM-DD`. */
  readonly date: string
  readonly value: number
  readonly knownAt: Date
}

/** A point as it is stored: a revision is a further row, so that what was known before can still be told. */
export interface SeriesRow extends SeriesPoint {
  readonly recordedAt: Date
}

/** Columns of a CSV file, a folder's file or one behind a URL, by their names in its header. */
export interface CsvSeriesSource {
  readonly csv: string
  readonly date: string
  readonly value: string
  /** Column with the moment of publication (ISO 8601), where the source tells it. */
  readonly knownAt?: string | undefined
}

/** A JSON document: pointers (RFC 6901) to the list of rows, and within each row. */
export interface JsonSeriesSource {
  readonly json: string
  readonly rows: string
  readonly date: string
  readonly value: string
  readonly knownAt?: string | undefined
}

/** Numbers that another ticker's stored bars give, known at its exchange's close. */
export interface TickerSeriesSource {
  readonly ticker: string
  readonly field: TickerField
}

/** `close`: adjusted close; `range`: volatility of the session by its range, in percent (Parkinson 1980). */
export type TickerField = 'close' | 'range' | 'volume'

/** The state of all active tickers of an exchange, known at its close. */
export interface GroupSeriesSource {
  /** Exchange code. */
  readonly group: string
  readonly field: GroupField
}

/** `return`: mean return in units of forecast volatility; `range`: mean log of range volatility over it. */
export type GroupField = 'return' | 'range'

/** Sources that are read from outside. */
export type ReadSeriesSource = CsvSeriesSource | JsonSeriesSource

export type SeriesSource = ReadSeriesSource | TickerSeriesSource | GroupSeriesSource

/** A daily series beside prices: an index, an interest rate, a volatility index, a sentiment score. */
export interface Series {
  /** Part of the names of the features made from it. */
  readonly name: string
  readonly source: SeriesSource
  /** IANA time zone of `knownAtTime`. */
  readonly timezone: string
  /** Local time on its day at which a value counts as known, `HH:MM`, where the source does not say; 24:00 is the day's end. */
  readonly knownAtTime: string
  /** Days between the day a value speaks of and the day it is known. */
  readonly lagDays: number
  /** Tickers whose forecasts may use it; all of them when empty. */
  readonly tickers: readonly string[]
}

/** Whether forecasts of `ticker` may use the series; a ticker's own bars are no news to it. */
export const servesTicker = ({ source, tickers }: Series, ticker: string): boolean =>
  (tickers.length === 0 || tickers.includes(ticker)) && !('ticker' in source && source.ticker === ticker)
