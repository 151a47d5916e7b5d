import { Hono } from 'hono'
import { problem } from '../problem.js'
import type { Endpoint } from './endpoint.js'

/** Routes for the endpoints, to be mounted at `/api/v1`. Changes take JSON only. */
export function apiRoutes(endpoints: readonly Endpoint[]): Hono {
  const api = new Hono()
  api.use(async (c, next) => {
    // A page of another site can post forms unasked, but no JSON.
    if (c.req.method === 'POST' && !/^application\/json\b/.test(c.req.header('content-type') ?? ''))
      return problem(c, 415, 'JSON expected')
    await next()
    c.header('Cache-Control', ['GET', 'HEAD'].includes(c.req.method) ? 'no-cache' : 'no-store')
  })
  for (const { method, path, answerTo } of endpoints)
    api.on(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'), answerTo)
  return api
}
