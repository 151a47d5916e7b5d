import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type postgres from 'postgres'
import { PROGRESS_CHANNEL } from '../../db/runs.js'

export interface EventOptions {
  readonly sql: Pick<postgres.Sql, 'listen'>
  /** Ends all streams, so that a server that stops does not wait for them. */
  readonly signal: AbortSignal
}

/** What came within this time is told once. */
const GATHER_MS = 250
/** Proxies close a connection on which nothing is said. */
const KEEP_ALIVE_MS = 15_000

/** `/events`: server-sent events `progress`, one after each change of a run. The page asks for the new state itself. */
export function eventRoutes({ sql, signal }: EventOptions): Hono {
  const listeners = new Set<() => void>()
  let isListening = false
  const listen = () => {
    if (isListening) return
    isListening = true
    const tellAll = () => {
      for (const tell of listeners) tell()
    }
    sql.listen(PROGRESS_CHANNEL, tellAll).catch(() => {
      isListening = false // The next page tries again; until then pages ask by the clock.
    })
  }

  return new Hono().get('/events', (c) => {
    listen()
    c.header('Cache-Control', 'no-store')
    return streamSSE(c, async (stream) => {
      let isOver = false
      let wake: (news: boolean) => void = () => {}
      const tell = () => wake(true)
      const end = () => {
        isOver = true
        wake(false)
      }
      listeners.add(tell)
      stream.onAbort(end)
      signal.addEventListener('abort', end, { once: true })
      try {
        if (signal.aborted) return
        await stream.writeSSE({ event: 'hello', data: '' })
        while (!isOver) {
          const hasNews = await new Promise<boolean>((done) => {
            const timer = setTimeout(() => done(false), KEEP_ALIVE_MS)
            wake = (news) => {
              clearTimeout(timer)
              done(news)
            }
          })
          if (isOver) break
          await stream.writeSSE({ event: hasNews ? 'progress' : 'hello', data: '' })
          if (hasNews) await stream.sleep(GATHER_MS)
        }
      } finally {
        listeners.delete(tell)
        signal.removeEventListener('abort', end)
      }
    })
  })
}
