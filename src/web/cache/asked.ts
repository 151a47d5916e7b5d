import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'

/** How somebody asked for an answer: all that the same request takes once more, in memory only. */
export interface Asked {
  readonly at: Date
  readonly url: string
  readonly headers: Headers
  readonly remoteAddress: string | undefined
}

type Env = Partial<HttpBindings> & { readonly again?: Asked }

const envOf = (c: Context): Env | undefined => c.env as Env | undefined

/** Who asked before, where it is `askAgain` that asks and nobody waits. No request from outside can say so. */
export const askedBefore = (c: Context): Asked | undefined => envOf(c)?.again

/** How it is asked for, or undefined for what is not asked for again: programs ask by themselves, and tokens are not kept. */
export function askedBy(c: Context, at: Date): Asked | undefined {
  if (c.req.method !== 'GET' || c.req.header('authorization') !== undefined) return undefined
  const headers = new Headers(c.req.raw.headers)
  headers.delete('if-none-match')
  return { at, url: c.req.url, headers, remoteAddress: envOf(c)?.incoming?.socket.remoteAddress }
}

/** Asks as `asked` did, through everything a request goes through: who may no longer see it gets nothing made. */
export async function askAgain(app: Pick<Hono, 'fetch'>, again: Asked): Promise<void> {
  const { url, headers, remoteAddress } = again
  const env = { incoming: { socket: { remoteAddress } }, again }
  const response = await app.fetch(new Request(url, { headers }), env)
  await response.body?.cancel()
}
