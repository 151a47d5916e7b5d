import { createHash } from 'node:crypto'

/** Begins every chain; raised whenever the encoding changes. */
const DOMAIN = 'mambacast inputs 1'

/** What a series said at each of L sessions: its value, and the day that value speaks of. */
export interface KnownSeries {
  readonly name: string
  /** (L) */
  readonly values: Float64Array
  /** (L) */
  readonly dates: readonly (string | null)[]
}

/**
 * Hashes of everything known up to each session: entry t is SHA-256 of the entry before it, the hash of the bars up to t,
 * and of each series its name, day and value (exact bits) as known at t. Without series the bars' own hashes.
 *
 * @param barHashes (L) `dataHashes` of the bars
 */
export function inputHashes(barHashes: readonly string[], series: readonly KnownSeries[]): readonly string[] {
  if (series.length === 0) return barHashes
  let link = createHash('sha256').update(DOMAIN).digest()
  return barHashes.map((hash, t) => {
    const chain = createHash('sha256').update(link).update(hash)
    for (const { name, dates, values } of series) {
      const bits = Buffer.alloc(8)
      bits.writeDoubleLE(values[t]! + 0)
      chain.update(`${name}\0${dates[t] ?? ''}\0`).update(bits)
    }
    link = chain.digest()
    return link.toString('hex')
  })
}
