import type { AlertPayload } from '../domain/alert.js'
import { plain, shortened } from './words.js'

/** Standard Webhooks 1.0.0 recommends payloads under 20 kB. */
export const MAX_BODY_BYTES = 20_000

const LONGEST_TEXT = 4_000

/** The JSON body that is signed; over-long texts are cut so that it stays under 20 kB. @throws RangeError when they are not to blame. */
export function payloadText(payload: AlertPayload): string {
  for (const length of [LONGEST_TEXT, 500, 100]) {
    const body = JSON.stringify(payload, (_, value) =>
      typeof value === 'string' ? shortened(plain(value), length) : value,
    )
    if (Buffer.byteLength(body) < MAX_BODY_BYTES) return body
  }
  throw new RangeError(`an alert of type ${payload.type} does not fit into ${MAX_BODY_BYTES} bytes`)
}
