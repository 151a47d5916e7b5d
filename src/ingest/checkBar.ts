import type { Bar } from '../domain/bar.js'

/** Why a row cannot be a bar, in words a person reads. */
export class RefusedCell extends Error {}

const DATE = /^(\d{4})-?(\d{2})-?(\d{2})$/
const ONE_DAY_MS = 86_400_000

/** The latest session date any market can have at `now`: the calendar day in the easternmost time zone, UTC+14. */
export function latestSession(now: Date): string {
  return new Date(now.getTime() + (14 / 24) * ONE_DAY_MS).toISOString().slice(0, 10)
}

/**
 * Reads `YYYY-MM-DD` or `YYYYMMDD`; `latest` is the last acceptable session.
 *
 * @throws RefusedCell when it is no calendar day or lies in the future.
 */
export function checkSession(text: string, latest: string): string {
  if (text === '') throw new RefusedCell('date is missing')
  const match = DATE.exec(text)
  const session = match ? `${match[1]}-${match[2]}-${match[3]}` : ''
  const time = Date.parse(`${session}T00:00:00Z`)
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== session)
    throw new RefusedCell(`date '${clip(text)}' is no calendar day`)
  if (session > latest) throw new RefusedCell(`date ${session} lies in the future`)
  return session
}

/** @throws RefusedCell unless `value` is a positive number. */
export function checkPrice(name: string, value: unknown): number {
  const price = checkNumber(name, value)
  if (price <= 0) throw new RefusedCell(`${name} ${price} is not positive`)
  return price
}

/** @throws RefusedCell unless `value` is a number of at least 0. */
export function checkVolume(value: unknown): number {
  const volume = checkNumber('volume', value)
  if (volume < 0) throw new RefusedCell(`volume ${volume} is negative`)
  return volume
}

/** @throws RefusedCell unless low <= open, close <= high. */
export function checkOrder({ open, high, low, close }: Pick<Bar, 'open' | 'high' | 'low' | 'close'>): void {
  if (low > high) throw new RefusedCell(`low ${low} is above high ${high}`)
  if (open < low || open > high) throw new RefusedCell(`open ${open} lies outside low ${low} to high ${high}`)
  if (close < low || close > high) throw new RefusedCell(`close ${close} lies outside low ${low} to high ${high}`)
}

function checkNumber(name: string, value: unknown): number {
  if (value === null || value === undefined || value === '') throw new RefusedCell(`${name} is missing`)
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new RefusedCell(`${name} '${clip(String(value))}' is not a number`)
  return value + 0 // a stored -0 would come back as 0 and look like a correction
}

/** A cell as it may stand in a message. */
export const clip = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)
