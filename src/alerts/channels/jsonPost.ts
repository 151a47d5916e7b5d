import type { HttpRequest } from '../httpSender.js'

/** A POST of JSON. */
export const jsonPost = (url: string, body: unknown): HttpRequest => ({
  ...{ url, method: 'POST', body: JSON.stringify(body) },
  headers: { 'content-type': 'application/json', 'user-agent': 'mambacast' },
})
