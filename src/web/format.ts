/** Narrow no-break space: between a number and its unit. */
const THIN = '\u202f'
/** No-break space: between a count and a word. */
const SPACE = '\u00a0'
const MINUS = '\u2212'

const monthFormat = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' })
const MONTHS = Array.from({ length: 12 }, (_, month) => monthFormat.format(Date.UTC(2000, month)))
const countFormat = new Intl.NumberFormat('en-US')
const weekdayFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
})
const priceFormats = new Map<number, Intl.NumberFormat>()

const proper = (digits: string): string => digits.replace('-', MINUS)

/** A plain number with a fixed count of decimals and a true minus sign. */
export const decimal = (value: number, digits = 2): string => {
  const text = value.toFixed(digits)
  return Number(text) === 0 ? (0).toFixed(digits) : proper(text)
}

/** A signed percentage: `+1.21 %`. The argument is in percent. */
export const signedPct = (value: number, digits = 2): string =>
  `${Number(value.toFixed(digits)) > 0 ? '+' : ''}${decimal(value, digits)}${THIN}%`

/** A share in [0, 1] as a percentage: `81 %`. */
export const share = (value: number, digits = 0): string => `${(value * 100).toFixed(digits)}${THIN}%`

/** From low to high, in percent: `−1.20 … +1.31 %`. */
export const rangePct = (low: number, high: number): string => `${signedPct(low).slice(0, -2)} … ${signedPct(high)}`

/** A price in the quote currency: two decimals from 10 on, more below. */
export function price(value: number): string {
  const digits = Math.abs(value) >= 10 ? 2 : Math.abs(value) >= 1 ? 3 : 4
  const format =
    priceFormats.get(digits) ??
    new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  priceFormats.set(digits, format)
  return proper(format.format(value))
}

/** A count with thousands separated by thin spaces. */
export const count = (value: number): string => countFormat.format(value).replaceAll(',', THIN)

/** A count with its noun: `1 row`, `2 rows`. */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`

/** A p-value to two digits, or three where that matters. */
export const pValue = (value: number): string => (value < 0.001 ? '< 0.001' : value.toFixed(value < 0.1 ? 3 : 2))

/** A session date for people: `13 Jun 2025`. A page has hundreds: put together here, it takes a tenth of the time. */
export const day = (session: string): string =>
  `${Number(session.slice(8, 10))} ${MONTHS[Number(session.slice(5, 7)) - 1]} ${session.slice(0, 4)}`

/** A near session for people: `Fri 13 Jun`. */
export const shortDay = (session: string): string =>
  weekdayFormat.format(new Date(`${session}T00:00:00Z`)).replace(',', '')

const momentFormat = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  timeZone: 'UTC',
})

/** A moment for people: `13 Jun 2025, 21:58 UTC`. */
export const moment = (at: Date): string => `${momentFormat.format(at)} UTC`

/** A duration: `1 min 12 s`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  return minutes === 0 ? `${seconds}${SPACE}s` : `${minutes}${SPACE}min ${seconds % 60}${SPACE}s`
}

/** `text`, or its first `most` characters and an ellipsis. */
export const clip = (text: string, most: number): string => {
  const characters = [...text.slice(0, 2 * most)]
  return characters.length > most ? `${characters.slice(0, most).join('')}…` : text
}
