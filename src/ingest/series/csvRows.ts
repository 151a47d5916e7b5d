import { parse } from 'csv-parse/sync'
import { ProviderError } from '../../domain/errors.js'
import type { CsvSeriesSource } from '../../domain/series.js'
import type { SeriesCells } from './seriesPoint.js'

const OPTIONS = { bom: true, trim: true, relax_quotes: true, relax_column_count: true, skip_empty_lines: true } as const

/**
 * The named columns of a CSV text with a header; line 1 is the header. Names match whatever their case.
 * @throws ProviderError naming a column that is not there, or that the text is no CSV.
 */
export function csvRows(
  text: string,
  source: CsvSeriesSource,
  name: string,
): { readonly line: number; readonly cells: SeriesCells }[] {
  const [header = [], ...rows] = records(text, name)
  const names = header.map((cell) => cell.toLowerCase())
  const column = (wanted: string): number => {
    const found = names.indexOf(wanted.toLowerCase())
    if (found >= 0) return found
    throw new ProviderError(`${name}: no column '${wanted}'; its header is ${header.join(',') || 'empty'}`, {
      retryable: false,
    })
  }
  const [date, value] = [column(source.date), column(source.value)]
  const knownAt = source.knownAt === undefined ? undefined : column(source.knownAt)
  return rows.map((row, i) => ({
    line: i + 2,
    cells: { date: row[date], value: row[value], ...(knownAt !== undefined && { knownAt: row[knownAt] }) },
  }))
}

function records(text: string, name: string): string[][] {
  try {
    return parse(text, OPTIONS)
  } catch (error) {
    throw new ProviderError(`${name}: not a CSV file: ${(error as Error).message}`, { retryable: false, cause: error })
  }
}
