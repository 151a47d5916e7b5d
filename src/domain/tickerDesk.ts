/** Where the bars of a ticker may come from, as a form offers it. */
export interface TickerSource {
  /** `yahoo`, or `csv` with its location. */
  readonly id: string
  readonly label: string
}

/** What became of one symbol that somebody wanted to add. */
export interface AddedTicker {
  readonly symbol: string
  /** `known`: it is forecast already, nothing was changed. `late`: there was no time left to ask. */
  readonly outcome: 'added' | 'known' | 'refused' | 'late'
  /** For a person, without markup. */
  readonly message: string
}

/** What a page may do about tickers. Errors are UserErrors in words. */
export interface TickerDesk {
  /** Providers, and the csv locations that the configuration or a ticker names already: a page adds no new ones. */
  sources(): Promise<readonly TickerSource[]>
  /** Asks the source for each symbol; saves those that it has, and begins a run that forecasts them. In the given order. */
  add(symbols: readonly string[], sourceId: string): Promise<readonly AddedTicker[]>
  /** Ends a ticker's forecasts; its record stays. @throws UserError for one that the configuration names. */
  remove(symbol: string): Promise<void>
  /** Symbols that the configuration names, so that they are removed there. */
  readonly configured: ReadonlySet<string>
}
