import { Hono } from 'hono'
import type { Endpoint } from '../api/endpoint.js'
import { openapiDocument } from '../api/openapi.js'
import { DocsPage } from './docsPage.js'
import type { Frame } from './layout.js'

/** `/docs`: the page about the API. */
export function docsRoutes(frame: Frame, endpoints: readonly Endpoint[]): Hono {
  return new Hono().get('/', (c) => {
    const document = openapiDocument(endpoints, frame.version)
    c.header('Cache-Control', 'no-cache')
    return c.html(`<!doctype html>${<DocsPage frame={frame} document={document} />}`)
  })
}
