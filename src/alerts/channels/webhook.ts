import { z } from 'zod'
import { payloadText } from '../payloadText.js'
import { signatureHeaders } from '../signature.js'
import { type Channel, hostOf } from './channel.js'

interface Target {
  readonly url: string
}

/** Signed JSON as Standard Webhooks 1.0.0 lays it out (github.com/standard-webhooks/standard-webhooks). */
export const webhook: Channel<Target> = {
  name: 'webhook',
  label: 'Signed webhook (Standard Webhooks 1.0.0)',
  target: z.strictObject({ url: z.string().min(1) }),
  fields: [{ name: 'url', label: 'URL', isSecret: false }],
  urls: ({ url }) => [url],
  address: ({ url }) => hostOf(url),
  rate: { perMinute: 1_200, burst: 40 },
  takesImage: false,
  isSigned: true,
  compose: async ({ id, payload, text }, { url }, { at, secrets }) => {
    const body = payloadText({ ...payload, data: { ...payload.data, text } })
    const headers = { 'content-type': 'application/json', 'user-agent': 'mambacast' }
    return { url, method: 'POST', body, headers: { ...headers, ...signatureHeaders(id, at, body, secrets) } }
  },
}
