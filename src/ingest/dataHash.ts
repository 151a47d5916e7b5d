import { createHash } from 'node:crypto'
import type { AdjustedBar } from '../domain/bar.js'

/** Begins every chain; raised whenever the encoding changes, so that no two encodings share a hash. */
const DOMAIN = 'mambacast bars 1'

/**
 * Hashes every prefix of a history: entry t identifies bars 0 to t, hex SHA-256, chained as
 * `h[t] = SHA-256(h[t-1] || encode(bar[t]))`, so all prefixes together cost no more than one pass.
 *
 * A bar is encoded as its session, seven float64 (open, high, low, close, volume, previous close or NaN, ratio) and
 * its extras in order of name, every number with its exact bits. Where a ratio came from does not enter.
 */
export function dataHashes(bars: readonly AdjustedBar[]): string[] {
  let link = createHash('sha256').update(DOMAIN).digest()
  return bars.map((bar) => {
    link = createHash('sha256').update(link).update(encode(bar)).digest()
    return link.toString('hex')
  })
}

/** Hash of the whole history: the last of `dataHashes`, or of no bars at all. */
export function dataHash(bars: readonly AdjustedBar[]): string {
  return dataHashes(bars).at(-1) ?? createHash('sha256').update(DOMAIN).digest('hex')
}

function encode(bar: AdjustedBar): Buffer {
  const names = Object.keys(bar.extras).sort()
  const text = Buffer.from([bar.session, ...names].map((part) => `${part}\0`).join(''))
  const numbers = [bar.open, bar.high, bar.low, bar.close, bar.volume, bar.previousClose ?? Number.NaN, bar.ratio]
  const values = [...numbers, ...names.map((name) => bar.extras[name]!)]
  const bytes = Buffer.alloc(4 + text.length + 8 * values.length)
  bytes.writeUInt32LE(text.length, 0)
  text.copy(bytes, 4)
  values.forEach((value, i) => {
    bytes.writeDoubleLE(value + 0, 4 + text.length + 8 * i) // + 0: -0 does not survive the database
  })
  return bytes
}
