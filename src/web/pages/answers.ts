import type { Context } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

type Body = HtmlEscapedString | Promise<HtmlEscapedString>

/** A whole page: the browser keeps it, and asks whether it is still good. */
export function page(c: Context, body: Body, status: ContentfulStatusCode = 200) {
  c.header('Cache-Control', 'no-cache')
  return c.html(`<!doctype html>${body}`, status)
}

/** A part of a page that is asked for again. */
export function partial(c: Context, body: Body) {
  c.header('Cache-Control', 'no-cache')
  return c.html(`${body}`)
}
