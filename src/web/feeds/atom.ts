import { html, raw } from 'hono/html'
import type { ExpectedMove } from '../../db/expectedMoves.js'
import { tickerPath } from '../routes.js'
import { moveId, moveSentences, moveTitle, uuidOf } from './moveText.js'

export interface FeedFrame {
  /** Where the dashboard is reached, without a slash at its end. */
  readonly base: string
  /** Address of the feed itself, with its query. */
  readonly self: string
  readonly version: string
}

/** An Atom feed (RFC 4287) of expected moves, the last made first. */
export function atomFeed(moves: readonly ExpectedMove[], { base, self, version }: FeedFrame): string {
  const updated = moves[0]?.madeAt ?? new Date(0).toISOString()
  return `${raw('<?xml version="1.0" encoding="utf-8"?>\n')}${html`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>urn:uuid:${uuidOf('large moves', self)}</id>
<title>Large moves that are expected</title>
<updated>${updated}</updated>
<author><name>mambacast</name></author>
<generator version="${version}">mambacast</generator>
<link rel="self" type="application/atom+xml" href="${self}"/>
<link rel="alternate" type="text/html" href="${base}/"/>
${moves.map((move) => entry(move, base))}</feed>
`}`
}

const entry = (move: ExpectedMove, base: string) => html`<entry>
<id>urn:uuid:${moveId(move)}</id>
<title>${moveTitle(move)}</title>
<published>${move.madeAt}</published>
<updated>${move.madeAt}</updated>
<link rel="alternate" type="text/html" href="${base}${tickerPath(move.ticker)}"/>
<summary>${moveSentences(move)}</summary>
</entry>
`
