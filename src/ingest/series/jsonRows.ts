import { ProviderError } from '../../domain/errors.js'
import type { JsonSeriesSource } from '../../domain/series.js'
import { atPointer } from './jsonPointer.js'
import type { SeriesCells } from './seriesPoint.js'

/**
 * The rows that a source's pointers name in a JSON text, numbered from 1.
 * @throws ProviderError when the text is no JSON or holds no list there; retryable, for it may be a passing page of HTML.
 */
export function jsonRows(
  text: string,
  source: JsonSeriesSource,
  name: string,
): { readonly line: number; readonly cells: SeriesCells }[] {
  const rows = atPointer(parse(text, name), source.rows)
  if (!Array.isArray(rows))
    throw new ProviderError(`${name}: there is no list at '${source.rows}'`, { retryable: false })
  return rows.map((row: unknown, i) => ({
    line: i + 1,
    cells: {
      date: atPointer(row, source.date),
      value: atPointer(row, source.value),
      ...(source.knownAt !== undefined && { knownAt: atPointer(row, source.knownAt) }),
    },
  }))
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ProviderError(`${name}: the answer is no JSON`, { retryable: true, cause })
  }
}
