import type { Bar } from '../../domain/bar.js'
import { checkOrder, checkPrice, checkSession, checkVolume, RefusedCell } from '../checkBar.js'
import type { CsvLayout } from './layout.js'

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/**
 * Turns the cells of one row into a bar.
 *
 * `latest` is the last acceptable session, `YYYY-MM-DD`. An extra that is empty or not a number is absent.
 * @throws RefusedCell with the reason when the row breaks a rule of bars.
 */
export function parseRow(cells: readonly string[], layout: CsvLayout, symbol: string, latest: string): Bar {
  const owner = layout.symbol < 0 ? '' : (cells[layout.symbol] ?? '')
  if (owner !== '' && owner.toUpperCase() !== symbol.toUpperCase())
    throw new RefusedCell(`row belongs to ${owner}, not ${symbol}`)
  const bar = {
    session: checkSession(cells[layout.date] ?? '', latest),
    open: checkPrice('open', number(cells[layout.open])),
    high: checkPrice('high', number(cells[layout.high])),
    low: checkPrice('low', number(cells[layout.low])),
    close: checkPrice('close', number(cells[layout.close])),
    volume: checkVolume(number(cells[layout.volume])),
    previousClose: cells[layout.previousClose] ? checkPrice('pre_close', number(cells[layout.previousClose])) : null,
    extras: parseExtras(cells, layout),
  }
  checkOrder(bar)
  return bar
}

/** The number a cell holds; the cell itself when it holds none. */
function number(text = ''): number | string {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : text
}

function parseExtras(cells: readonly string[], layout: CsvLayout): Record<string, number> {
  const known: [string, number][] = []
  for (const { name, column } of layout.extras) {
    const value = number(cells[column])
    if (typeof value === 'number') known.push([name, value + 0])
  }
  return Object.fromEntries(known)
}
