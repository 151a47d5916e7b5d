import type { AlertPayload } from '../domain/alert.js'
import type { PayloadContext } from './payloads.js'
import { MAX_BODY_BYTES } from './payloadText.js'

/** Room for what surrounds the list. */
const MARGIN_BYTES = 1_000

/** One alert that gathers several of a subscription, oldest first; those that do not fit are counted. */
export function digestPayload(gathered: readonly AlertPayload[], { publicUrl, now }: PayloadContext): AlertPayload {
  const items: object[] = []
  const lines: string[] = []
  let bytes = MARGIN_BYTES
  for (const { type, timestamp, data } of gathered) {
    const item = { type, timestamp, ticker: data.ticker, title: data.title, reasons: data.reasons, link: data.link }
    // Its headline is there twice: in the list and in the text.
    bytes += Buffer.byteLength(JSON.stringify(item)) + Buffer.byteLength(JSON.stringify(data.title)) + 2
    if (bytes > MAX_BODY_BYTES) break
    items.push(item)
    lines.push(data.title)
  }
  const left = gathered.length - items.length
  const title = `${gathered.length} ${gathered.length === 1 ? 'alert' : 'alerts'} since the last digest`
  return {
    type: 'alert.digest',
    timestamp: now.toISOString(),
    data: {
      ...{ title, text: [...lines, ...(left > 0 ? [`and ${left} more`] : [])].join('\n'), ticker: null },
      is_sample: gathered.some(({ data }) => data.is_sample),
      reasons: [
        { rule: 'event', value: gathered.length, limit: null, sentence: 'The time of the daily digest has come.' },
      ],
      ...{ link: `${publicUrl}/alerts`, count: gathered.length, left_out: left, alerts: items },
    },
  }
}
