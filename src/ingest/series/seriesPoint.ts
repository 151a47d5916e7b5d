import type { Series, SeriesPoint } from '../../domain/series.js'
import { checkSession, clip, RefusedCell } from '../checkBar.js'
import { instantOf } from '../zonedTime.js'

/** Cells of one row of a source, as they came. */
export interface SeriesCells {
  readonly date: unknown
  readonly value: unknown
  /** Undefined where the source has no such column. */
  readonly knownAt?: unknown
}

const ONE_DAY_MS = 86_400_000
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/

/**
 * A row of a source as a point. Days are `YYYY-MM-DD`, `YYYYMMDD`, or a moment that begins with one.
 *
 * @param latest last acceptable day, `YYYY-MM-DD`
 * @returns null where the value is missing: an empty cell, null, `.`, `NA` or `NaN`, as the statistical offices write it.
 * @throws RefusedCell with the reason for any other cell that cannot be read.
 */
export function seriesPoint(cells: SeriesCells, series: Series, latest: string): SeriesPoint | null {
  const date = checkSession(String(cells.date ?? '').replace(/[T ].*$/, ''), latest)
  const value = numberOf(cells.value)
  if (value === null) return null
  return { date, value, knownAt: momentOf(cells.knownAt) ?? defaultKnownAt(date, series) }
}

/** When a value of `date` counts as known where its source does not say: on its day, by the clock of the series. */
export function defaultKnownAt(
  date: string,
  { timezone, knownAtTime, lagDays }: Pick<Series, 'timezone' | 'knownAtTime' | 'lagDays'>,
): Date {
  const [hours, minutes] = knownAtTime.split(':').map(Number) as [number, number]
  const day = new Date(Date.parse(`${date}T00:00:00Z`) + lagDays * ONE_DAY_MS).toISOString().slice(0, 10)
  return new Date(instantOf(timezone, day, hours * 60 + minutes))
}

function numberOf(cell: unknown): number | null {
  if (cell === null || cell === undefined) return null
  if (typeof cell === 'number' && Number.isFinite(cell)) return cell + 0
  const text = String(cell).trim()
  if (/^(|\.|-|n\/?a|nan|null)$/i.test(text)) return null
  const value = Number(text)
  if (!Number.isFinite(value)) throw new RefusedCell(`value '${clip(text)}' is not a number`)
  return value + 0
}

function momentOf(cell: unknown): Date | undefined {
  if (cell === undefined || cell === null || cell === '') return undefined
  const text = String(cell)
  const time = MOMENT.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw new RefusedCell(`known_at '${clip(text)}' is no moment with an offset (ISO 8601)`)
  return new Date(time)
}
