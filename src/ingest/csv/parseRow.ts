import type { Bar } from '../../domain/bar.js'
import type { CsvLayout } from './layout.js'

/** Why a row cannot be a bar, in words a person reads. */
export class RefusedCell extends Error {}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const DATE = /^(\d{4})-?(\d{2})-?(\d{2})$/
const ONE_DAY_MS = 86_400_000

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
    session: parseSession(cells[layout.date] ?? '', latest),
    open: parsePrice('open', cells[layout.open]),
    high: parsePrice('high', cells[layout.high]),
    low: parsePrice('low', cells[layout.low]),
    close: parsePrice('close', cells[layout.close]),
    volume: parseVolume(cells[layout.volume]),
    previousClose: cells[layout.previousClose] ? parsePrice('pre_close', cells[layout.previousClose]) : null,
    extras: parseExtras(cells, layout),
  }
  checkOrder(bar)
  return bar
}

/** The latest session date any market can have at `now`: the calendar day in the easternmost time zone, UTC+14. */
export function latestSession(now: Date): string {
  return new Date(now.getTime() + (14 / 24) * ONE_DAY_MS).toISOString().slice(0, 10)
}

function parseSession(text: string, latest: string): string {
  if (text === '') throw new RefusedCell('date is missing')
  const match = DATE.exec(text)
  const session = match ? `${match[1]}-${match[2]}-${match[3]}` : ''
  const time = Date.parse(`${session}T00:00:00Z`)
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== session)
    throw new RefusedCell(`date '${clip(text)}' is no calendar day`)
  if (session > latest) throw new RefusedCell(`date ${session} lies in the future`)
  return session
}

function parseNumber(name: string, text = ''): number {
  if (text === '') throw new RefusedCell(`${name} is missing`)
  const value = NUMBER.test(text) ? Number(text) : Number.NaN
  if (!Number.isFinite(value)) throw new RefusedCell(`${name} '${clip(text)}' is not a number`)
  return value + 0 // a stored -0 would come back as 0 and look like a correction
}

function parsePrice(name: string, text?: string): number {
  const value = parseNumber(name, text)
  if (value <= 0) throw new RefusedCell(`${name} ${value} is not positive`)
  return value
}

function parseVolume(text?: string): number {
  const value = parseNumber('volume', text)
  if (value < 0) throw new RefusedCell(`volume ${value} is negative`)
  return value
}

function parseExtras(cells: readonly string[], layout: CsvLayout): Record<string, number> {
  const known: [string, number][] = []
  for (const { name, column } of layout.extras) {
    const text = cells[column] ?? ''
    const value = NUMBER.test(text) ? Number(text) + 0 : Number.NaN
    if (Number.isFinite(value)) known.push([name, value])
  }
  return Object.fromEntries(known)
}

function checkOrder(bar: Bar): void {
  const { open, high, low, close } = bar
  if (low > high) throw new RefusedCell(`low ${low} is above high ${high}`)
  if (open < low || open > high) throw new RefusedCell(`open ${open} lies outside low ${low} to high ${high}`)
  if (close < low || close > high) throw new RefusedCell(`close ${close} lies outside low ${low} to high ${high}`)
}

const clip = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)
