import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parse } from 'csv-parse'
import { ProviderError } from '../../domain/errors.js'
import { latestSession } from '../checkBar.js'
import type { ProviderResult, RefusedRow } from '../provider.js'
import { RowCollector } from '../rowCollector.js'
import { type CsvLayout, EXPECTED_HEADER, readLayout } from './layout.js'
import { parseRow } from './parseRow.js'
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

type CsvRecord = { record: string[]; info: { lines: number } }

/**
 * Reads the bars of one CSV stream: valid rows in ascending session order, the others refused with line and reason.
 *
 * @throws ProviderError when the stream is empty, its header is unknown or no row is valid.
 */
export async function readBars(stream: Readable, source: CsvSource): Promise<ProviderResult> {
  const rows = new RowCollector(source.name)
  const latest = latestSession(source.now)
  let layout: CsvLayout | undefined
  const take = ({ record, info }: CsvRecord): void => {
    const known = layout
    if (known) rows.add(info.lines, () => parseRow(record, known, source.symbol, latest))
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
  const { bars, refused } = rows.finish()
  if (bars.length === 0) throw noValidRow(source.name, refused)
  return { bars, refused }
}

function noValidRow(source: string, refused: readonly RefusedRow[]): ProviderError {
  const first = refused[0]
  const detail = first ? `all ${refused.length} refused, first on line ${first.line}: ${first.reason}` : 'header only'
  return new ProviderError(`${source}: no valid row (${detail}); expected ${EXPECTED_HEADER}`, { retryable: false })
}
