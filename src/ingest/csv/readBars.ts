import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parse } from 'csv-parse'
import type { Bar } from '../../domain/bar.js'
import { ProviderError } from '../../domain/errors.js'
import type { ProviderResult, RefusedRow } from '../provider.js'
import { type CsvLayout, EXPECTED_HEADER, readLayout } from './layout.js'
import { longestAscending } from './longestAscending.js'
import { latestSession, parseRow, RefusedCell } from './parseRow.js'
import { separateLines } from './separateLines.js'

/** What `readBars` needs to know beside the bytes. */
export interface CsvSource {
  /** File or URL, for messages and refused rows. */
  readonly name: string
  readonly symbol: string
  readonly now: Date
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
}

interface Row {
  readonly line: number
  readonly bar: Bar
}

type CsvRecord = { record: string[]; info: { lines: number } }

/**
 * Reads the bars of one CSV stream: valid rows in ascending session order, the others refused with line and reason.
 *
 * A file may run from old to new or from new to old. Where dates are doubled or out of order the fewest rows are refused.
 * @throws ProviderError when the stream is empty, its header is unknown or no row is valid.
 */
export async function readBars(stream: Readable, source: CsvSource): Promise<ProviderResult> {
  const rows: Row[] = []
  const refused: RefusedRow[] = []
  let layout: CsvLayout | undefined
  const take = ({ record, info }: CsvRecord): void => {
    if (layout) readRow(record, info.lines, layout, source, rows, refused)
    else layout = readLayout(record, source.name)
  }
  await pipeline(
    stream,
    (chunks: AsyncIterable<Uint8Array>) => separateLines(chunks, source.name, source.maxBytes),
    parse({ bom: true, trim: true, info: true, relax_quotes: true, relax_column_count: true, skip_empty_lines: true }),
    async (records: AsyncIterable<CsvRecord>) => {
      for await (const record of records) take(record)
    },
    source.signal ? { signal: source.signal } : {},
  )
  if (!layout) throw new ProviderError(`${source.name}: is empty; expected ${EXPECTED_HEADER}`, { retryable: false })
  const bars = keepAscending(rows, source.name, refused)
  refused.sort((a, b) => a.line - b.line)
  if (bars.length === 0) throw noValidRow(source.name, refused)
  return { bars, refused }
}

function readRow(
  cells: readonly string[],
  line: number,
  layout: CsvLayout,
  source: CsvSource,
  rows: Row[],
  refused: RefusedRow[],
): void {
  try {
    rows.push({ line, bar: parseRow(cells, layout, source.symbol, latestSession(source.now)) })
  } catch (error) {
    if (!(error instanceof RefusedCell)) throw error
    refused.push({ source: source.name, line, reason: error.message })
  }
}

function keepAscending(rows: readonly Row[], source: string, refused: RefusedRow[]): Bar[] {
  const steps = rows.slice(1).map((row, i) => (row.bar.session < rows[i]!.bar.session ? -1 : 1))
  const newestFirst = steps.reduce<number>((sum, step) => sum + step, 0) < 0
  const ordered = newestFirst ? rows.toReversed() : rows
  const kept = longestAscending(ordered.map((row) => row.bar.session)).map((i) => ordered[i]!)
  const lineOf = new Map(kept.map((row) => [row.bar.session, row.line]))
  const isKept = new Set(kept)
  for (const { line, bar } of rows.filter((row) => !isKept.has(row))) {
    const twin = lineOf.get(bar.session)
    const reason = twin ? `date ${bar.session} is already on line ${twin}` : `date ${bar.session} is out of order`
    refused.push({ source, line, reason })
  }
  return kept.map((row) => row.bar)
}

function noValidRow(source: string, refused: readonly RefusedRow[]): ProviderError {
  const first = refused[0]
  const detail = first ? `all ${refused.length} refused, first on line ${first.line}: ${first.reason}` : 'header only'
  return new ProviderError(`${source}: no valid row (${detail}); expected ${EXPECTED_HEADER}`, { retryable: false })
}
