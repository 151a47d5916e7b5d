import type { ExpectedMove } from '../../db/expectedMoves.js'
import { tickerPath } from '../routes.js'
import type { FeedFrame } from './atom.js'
import { moveId, moveSentences, moveTitle } from './moveText.js'

const MOST_OCTETS = 75
const DAY_MS = 86_400_000

/** An iCalendar (RFC 5545) with a whole-day event for each session that may bring a large move. */
export function calendar(
  moves: readonly ExpectedMove[],
  { base, version }: Pick<FeedFrame, 'base' | 'version'>,
): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//mambacast//${version}//EN`,
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'NAME:Large moves that are expected',
    'X-WR-CALNAME:Large moves that are expected',
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    ...moves.flatMap((move) => eventLines(move, base)),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

const eventLines = (move: ExpectedMove, base: string): string[] => [
  'BEGIN:VEVENT',
  `UID:${moveId(move)}`,
  `DTSTAMP:${basic(move.madeAt.replace(/\.\d+/, ''))}`,
  `DTSTART;VALUE=DATE:${basic(move.target)}`,
  `DTEND;VALUE=DATE:${basic(new Date(Date.parse(move.target) + DAY_MS).toISOString().slice(0, 10))}`,
  `SUMMARY:${escaped(moveTitle(move))}`,
  `DESCRIPTION:${escaped(moveSentences(move))}`,
  `URL:${base}${tickerPath(move.ticker)}`,
  'TRANSP:TRANSPARENT',
  'END:VEVENT',
]

/** A date or time without its separators. */
const basic = (iso: string): string => iso.replaceAll(/[-:]/g, '')

/** TEXT as in section 3.3.11; there is no line break left in it. */
const escaped = (text: string): string => text.replaceAll(/[\\;,]/g, (sign) => `\\${sign}`)

/** Lines of at most 75 octets, none of which cuts a character in two (section 3.1). */
function folded(line: string): string {
  const parts: string[] = []
  let part = ''
  let octets = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > MOST_OCTETS) {
      parts.push(part)
      part = ''
      octets = 1 // The space that the next line begins with.
    }
    part += character
    octets += size
  }
  return [...parts, part].join('\r\n ')
}
