import type { FeatureTable } from '../../features/table.js'

/** Columns that tell a panel's network which ticker and which month it looks at: one-hot, so that the embedding is a lookup. */
const TICKER = 'ticker:'
const MONTH = 'month:'
const MONTHS = Array.from({ length: 12 }, (_, m) => `${MONTH}${m + 1}`)

/** The columns of a panel: those that every member has, the ticker's and the calendar's embedding, then the context. */
export function panelColumns(members: readonly { readonly ticker: string; readonly table: FeatureTable }[]): string[] {
  const [first, ...others] = members.map(({ table }) => table.names)
  const common = first!.filter((name) => others.every((names) => names.includes(name)))
  const { sources = 0, channels = 0 } = members[0]!.table.context ?? {}
  const split = common.length - sources * channels
  const tickers = members.map(({ ticker }) => `${TICKER}${ticker}`).sort()
  return [...common.slice(0, split), ...tickers, ...MONTHS, ...common.slice(split)]
}

/** Whether a model of these columns is one of a panel. */
export const isOfPanel = (featureNames: readonly string[]): boolean =>
  featureNames.some((name) => name.startsWith(TICKER))

/** Whether a ticker can go on with a panel's model: it is one of its members, and no column of its own is gone. */
export const hasColumns = (ticker: string, { names }: FeatureTable, featureNames: readonly string[]): boolean =>
  featureNames.includes(`${TICKER}${ticker}`) &&
  featureNames.every((name) => name.startsWith(TICKER) || name.startsWith(MONTH) || names.includes(name))

/**
 * A ticker's table (L, F) with the columns of a model: its own ones by name, and the one-hot columns of a panel. The same
 * table when these are its columns already. A column that it lacks is unknown throughout.
 */
export function withColumns(ticker: string, table: FeatureTable, names: readonly string[]): FeatureTable {
  if (names.join('\n') === table.names.join('\n')) return table
  const columns = names.map((name) => columnOf(ticker, table, name))
  const F = names.length
  const values = new Float64Array(table.sessions.length * F)
  for (let t = 0; t < table.sessions.length; t++) for (let f = 0; f < F; f++) values[t * F + f] = columns[f]!(t)
  return { ...table, names: [...names], values }
}

function columnOf(ticker: string, { names, sessions, values }: FeatureTable, name: string): (t: number) => number {
  if (name.startsWith(TICKER)) return () => (name === `${TICKER}${ticker}` ? 1 : 0)
  if (name.startsWith(MONTH))
    return (t) => (Number(sessions[t]!.slice(5, 7)) === Number(name.slice(MONTH.length)) ? 1 : 0)
  const f = names.indexOf(name)
  return f < 0 ? () => Number.NaN : (t) => values[t * names.length + f]!
}
