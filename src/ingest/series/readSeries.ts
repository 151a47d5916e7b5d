import { readFile } from 'node:fs/promises'
import { ProviderError } from '../../domain/errors.js'
import type { ReadSeriesSource, Series, SeriesPoint } from '../../domain/series.js'
import { latestSession, RefusedCell } from '../checkBar.js'
import type { HttpClient } from '../http/httpClient.js'
import type { RefusedRow } from '../provider.js'
import { fillVariables, isUrl, withoutSecrets } from '../secretLocation.js'
import { csvRows } from './csvRows.js'
import { jsonRows } from './jsonRows.js'
import { type SeriesCells, seriesPoint } from './seriesPoint.js'

export interface SeriesResult {
  /** Ascending by day; of a day that stands there twice the last row counts. */
  readonly points: readonly SeriesPoint[]
  readonly refused: readonly RefusedRow[]
}

export interface SeriesRequest {
  readonly series: Series
  readonly now: Date
  readonly signal: AbortSignal
}

export interface SeriesReaderParts {
  readonly client: HttpClient
  readonly environment: (name: string) => string | undefined
}

/**
 * Reads a series from its file or URL. Rows without a value are passed over, rows that cannot be read are refused.
 *
 * @throws ProviderError in one line that names the series when nothing comes, or no row can be used.
 */
export async function readSeries(parts: SeriesReaderParts, request: SeriesRequest): Promise<SeriesResult> {
  const { series } = request
  const source = series.source as ReadSeriesSource
  const location = 'csv' in source ? source.csv : source.json
  const name = `series ${series.name}: ${withoutSecrets(location)}`
  const text = isUrl(location) ? await fetchText(parts, request, location, name) : await fileText(location, name)
  const rows = 'csv' in source ? csvRows(text, source, name) : jsonRows(text, source, name)
  return collect(rows, request, name)
}

function collect(
  rows: readonly { readonly line: number; readonly cells: SeriesCells }[],
  { series, now }: SeriesRequest,
  name: string,
): SeriesResult {
  const latest = latestSession(now)
  const byDate = new Map<string, SeriesPoint>()
  const refused: RefusedRow[] = []
  for (const { line, cells } of rows) {
    try {
      const point = seriesPoint(cells, series, latest)
      if (point) byDate.set(point.date, point)
    } catch (error) {
      if (!(error instanceof RefusedCell)) throw error
      refused.push({ source: name, line, reason: error.message })
    }
  }
  if (byDate.size === 0) {
    const [first] = refused
    const detail = first ? `all ${refused.length} refused, first: ${first.reason}` : 'none has a value'
    throw new ProviderError(`${name}: no usable row (${detail})`, { retryable: false })
  }
  return { points: [...byDate.values()].sort((a, b) => (a.date < b.date ? -1 : 1)), refused }
}

async function fetchText(
  { client, environment }: SeriesReaderParts,
  { signal }: SeriesRequest,
  location: string,
  name: string,
): Promise<string> {
  const { url, secrets } = fillVariables(name, location, environment)
  return client.send({ url, name, signal, secrets }, ({ text }) => text)
}

const fileText = (file: string, name: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const problem = error.code === 'ENOENT' ? 'no such file' : `cannot be read (${error.code})`
    throw new ProviderError(`${name}: ${problem}`, { retryable: false, cause: error })
  })
