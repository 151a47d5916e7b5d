import { ProviderError } from '../../domain/errors.js'

/** What a usable file looks like, for messages. */
export const EXPECTED_HEADER =
  "Tushare's ts_code,trade_date,open,high,low,close,pre_close,vol or plain date,open,high,low,close,volume"

/** Where each value of a row stands; -1 where the file has no such column. */
export interface CsvLayout {
  readonly name: 'tushare' | 'plain'
  readonly date: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly previousClose: number
  readonly symbol: number
  readonly extras: readonly { readonly name: string; readonly column: number }[]
}

const PRICES = ['open', 'high', 'low', 'close'] as const

/** Functions of the session's close and the previous one: known already, and a return is no feature of its own row. */
const DERIVED = /^(change|pct_?chg|pct_change|change_?(%|pct|percent))$/

/**
 * Columns rewritten after the fact. A back-adjusted price of 2010 changes with every dividend paid since, so it tells
 * the past about the future; adjustment is derived causally from the bars instead (`adjustBars`).
 */
const REWRITTEN = /^(adj|split|stock_?split)/

/**
 * Recognises the layout of a CSV file by its header, whatever the case and order of the columns.
 *
 * Every column that is not part of the bar, not derived from it and not rewritten later becomes an extra.
 * @throws ProviderError naming the missing or doubled columns.
 */
export function readLayout(header: readonly string[], source: string): CsvLayout {
  const names = header.map((cell) => cell.trim().toLowerCase().replaceAll(' ', '_'))
  const doubled = names.find((name, i) => name !== '' && names.indexOf(name) !== i)
  if (doubled) throw wrongHeader(source, `column '${doubled}' appears twice`)
  const tushare = names.includes('trade_date') || names.includes('ts_code')
  const date = tushare ? 'trade_date' : 'date'
  const volume = tushare ? 'vol' : 'volume'
  const missing = [date, ...PRICES, volume].filter((name) => !names.includes(name))
  if (missing.length > 0) throw wrongHeader(source, `its header lacks ${missing.join(', ')}`)
  const own = new Set<string>([date, ...PRICES, volume, 'pre_close', 'ts_code'])
  const isExtra = (name: string) => name !== '' && !own.has(name) && !DERIVED.test(name) && !REWRITTEN.test(name)
  return {
    name: tushare ? 'tushare' : 'plain',
    date: names.indexOf(date),
    open: names.indexOf('open'),
    high: names.indexOf('high'),
    low: names.indexOf('low'),
    close: names.indexOf('close'),
    volume: names.indexOf(volume),
    previousClose: names.indexOf('pre_close'),
    symbol: names.indexOf('ts_code'),
    extras: names.flatMap((name, column) => (isExtra(name) ? [{ name, column }] : [])),
  }
}

const wrongHeader = (source: string, problem: string): ProviderError =>
  new ProviderError(`${source}: ${problem}; expected ${EXPECTED_HEADER}`, { retryable: false })
