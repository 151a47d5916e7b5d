import type { Context } from 'hono'
import { z } from 'zod'
import { QueryError } from '../query.js'
import { plainText } from './values.js'

/** How much of a list is asked for, and where it goes on. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('Items at most.'),
  cursor: plainText.max(1_000).optional().describe('Where to go on: taken from next of the page before.'),
})

/** A list in parts. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().nullable().describe('Address of the next page; null on the last one.'),
  })

/** A page of `found`, which holds one item more than `limit` where there is a next page. */
export function page<T>(c: Context, found: readonly T[], limit: number, cursorOf: (last: T) => string) {
  const items = found.slice(0, limit)
  if (found.length <= limit) return { items, next: null }
  const url = new URL(c.req.url)
  url.searchParams.set('cursor', cursorOf(items.at(-1)!))
  return { items, next: url.pathname + url.search }
}

/** A cursor of several values. */
export const joined = (values: readonly unknown[]): string => Buffer.from(JSON.stringify(values)).toString('base64url')

/** The values of a cursor made by `joined`. @throws QueryError when it is none. */
export function split<T extends z.ZodType>(cursor: string | undefined, schema: T): z.infer<T> | undefined {
  if (cursor === undefined) return undefined
  const result = schema.safeParse(jsonOf(cursor))
  if (result.success) return result.data
  throw new QueryError('The value of "cursor" is not allowed: it comes from no page of this list.')
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}
