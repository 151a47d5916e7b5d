import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import { UserError } from '../domain/errors.js'

export interface RunningServer {
  readonly url: string
  /** Takes no new requests, lets those in flight end, and closes. */
  close(): Promise<void>
}

/** How long a request in flight may hold up the end. */
const DRAIN_MS = 3_000

/**
 * Serves the app on `host` and `port`; port 0 takes a free one.
 *
 * @throws UserError when the address cannot be listened on: the port is taken, not permitted, or not of this machine.
 */
export async function serveApp(app: Hono, { host, port }: { host: string; port: number }): Promise<RunningServer> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  await new Promise<void>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => fail(cannotListen(error, host, port)))
    server.listen(port, host, done)
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    close: () => drain(server),
  }
}

function drain(server: Server): Promise<void> {
  return new Promise((done, fail) => {
    const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    server.close((error) => {
      clearTimeout(deadline)
      if (error) fail(error)
      else done()
    })
    server.keepAliveTimeout = 1 // A connection that answers now is not kept for another request.
    server.closeIdleConnections()
  })
}

function cannotListen(cause: NodeJS.ErrnoException, host: string, port: number): UserError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${port} of ${host} is taken by another program: stop it, or choose another port with server.port`,
    EACCES: `port ${port} needs rights this account does not have: choose one above 1023 with server.port`,
    EADDRNOTAVAIL: `${host} is no address of this machine: check server.host`,
    ENOTFOUND: `${host} is not a known host: check server.host`,
  }
  return new UserError(`the dashboard cannot listen: ${reasons[cause.code ?? ''] ?? cause.message}`, { cause })
}
