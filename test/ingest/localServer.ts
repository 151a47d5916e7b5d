import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Answer = (asked: Asked, response: ServerResponse) => void

export interface LocalServer {
  readonly url: string
  /** What was asked so far, in order. */
  readonly asked: Asked[]
  /** Answers from now on. */
  answer: Answer
}

/** A real HTTP server on this machine that ends with the test. */
export async function localServer(answer: Answer): Promise<LocalServer> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { pathname, searchParams } = new URL(request.url!, 'http://local')
    const asked = { method: request.method!, path: pathname, query: searchParams, headers: request.headers, body }
    local.asked.push(asked)
    local.answer(asked, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const local: LocalServer = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: [], answer }
  return local
}

/** Answers with a body and a status. */
export const says =
  (body: string, status = 200, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end(body)

/** The first request meets `first`, all later ones `then`. */
export function once(first: Answer, then: Answer): Answer {
  let isFirst = true
  return (asked, response) => {
    const answer = isFirst ? first : then
    isFirst = false
    answer(asked, response)
  }
}

/** Promises a long body, sends `start` of it and drops the connection. */
export const breaksOff =
  (start: string): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-length': String(start.length + 1000) })
    response.write(start, () => response.destroy())
  }
