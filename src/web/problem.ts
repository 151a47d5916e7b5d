import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** An answer in the form of RFC 9457, `application/problem+json`. */
export function problem(c: Context, status: ContentfulStatusCode, title: string, detail?: string): Response {
  return c.json({ type: 'about:blank', title, status, ...(detail && { detail }) }, status, {
    'Content-Type': 'application/problem+json',
  })
}
