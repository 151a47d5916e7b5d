import { createHash } from 'node:crypto'
import type { ExpectedMove } from '../../db/expectedMoves.js'
import { boundsOf } from '../api/historyView.js'
import { day, rangePct, share } from '../format.js'

/** XML 1.0 and RFC 5545 allow no control characters in text. */
const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to go.
  text.replace(/[\u0000-\u001f\u007f\ufffe\uffff]+/g, ' ')

/** One line: who may move, how likely, and when. */
export const moveTitle = ({ ticker, isSample, pLargeMove, moveThresholdPct, target }: ExpectedMove): string =>
  printable(
    `${ticker}${isSample ? ' (sample data)' : ''}: ${share(pLargeMove)} for a move over ${moveThresholdPct}\u202f%, ${day(target)}`,
  )

/** A few sentences with the interval, without markup. */
export function moveSentences({ quantiles, asOf, isSample }: ExpectedMove): string {
  const [low95, low80, , high80, high95] = boundsOf(quantiles)
  const made = `Forecast of ${day(asOf)}: 80\u202f% interval ${rangePct(low80, high80)}, 95\u202f% ${rangePct(low95, high95)}.`
  return `${made} Not investment advice.${isSample ? ' Made-up data.' : ''}`
}

/** A UUID (RFC 9562, version 8) that the same words always give. */
export function uuidOf(...words: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(words)).digest('hex')
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** What makes one expected move the same one wherever it is told. */
export const moveId = ({ ticker, asOf, target }: ExpectedMove): string => uuidOf('large move', ticker, asOf, target)
