/** The ledger's name of the model; every other forecaster is a baseline it is measured against. */
export const MODEL = 'mamba'

export const tickerPath = (symbol: string): string => `/tickers/${encodeURIComponent(symbol)}`
/** The page of models, about one ticker. */
export const modelsPath = (symbol: string): string => `/models?${new URLSearchParams({ ticker: symbol })}`
export const nextPartialPath = (symbol: string): string => `/partials${tickerPath(symbol)}/next`
export const apiPath = (symbol: string, resource: string): string => `/api/v1${tickerPath(symbol)}/${resource}`

/** A long table of a ticker's page on a page of its own. */
export const tablePath = (
  symbol: string,
  table: 'prices' | 'forecasts' | 'rolling',
  query: Parameters<typeof withQuery>[1] = {},
): string => withQuery(`${tickerPath(symbol)}/${table}`, query)

/** `path` with the entries of `query` that are set. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | readonly string[] | undefined>>,
): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    for (const entry of typeof value === 'string' ? [value] : (value ?? [])) if (entry) search.append(name, entry)
  return search.size > 0 ? `${path}?${search}` : path
}
