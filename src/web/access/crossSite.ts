import type { Context } from 'hono'
import type { Peer } from './peer.js'

/**
 * Whether another site may be behind a request that changes something. Browsers say where it comes from in
 * `Sec-Fetch-Site`, over plain http in `Origin`; scripts of a page can write neither. Stricter than hono/csrf: what the
 * browser says must be right, whatever the content type, and who says nothing may send no form.
 */
export function isCrossSite(c: Context, { origin }: Peer): boolean {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site !== 'same-origin'
  const from = c.req.header('origin')
  if (from !== undefined) return from !== origin
  const isSimple = c.req.method === 'POST' && !/^application\/json\b/i.test(c.req.header('content-type') ?? '')
  return isSimple
}
