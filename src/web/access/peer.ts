import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import ipaddr from 'ipaddr.js'

/** Where a request comes from. */
export interface Peer {
  /** Address of the client; undefined where a host calls a function, and nobody tells. */
  readonly address: string | undefined
  readonly isTrustedProxy: boolean
  /** Whether the browser speaks https, to us or to a trusted proxy. */
  readonly isHttps: boolean
  /** As a browser names it in `Origin`. */
  readonly origin: string
}

/** What is believed of `X-Forwarded-For` and `X-Forwarded-Proto` is what a trusted proxy says; of others, nothing. */
export function peerOf(c: Context, trustedProxies: readonly string[]): Peer {
  const remote = (c.env as Partial<HttpBindings> | undefined)?.incoming?.socket.remoteAddress
  const isTrustedProxy = remote !== undefined && isWithin(remote, trustedProxies)
  const url = new URL(c.req.url)
  const proto = isTrustedProxy ? c.req.header('x-forwarded-proto')?.split(',').at(-1)?.trim() : undefined
  const isHttps = url.protocol === 'https:' || proto === 'https'
  const origin = `${isHttps ? 'https' : 'http'}://${(c.req.header('host') ?? url.host).toLowerCase()}`
  const address = isTrustedProxy ? clientOf(c.req.header('x-forwarded-for'), remote, trustedProxies) : remote
  return { address, isTrustedProxy, isHttps, origin: URL.canParse(origin) ? new URL(origin).origin : origin }
}

/** The last hop that is no trusted proxy: what stands before it was written by the client. */
function clientOf(forwardedFor: string | undefined, remote: string, trustedProxies: readonly string[]): string {
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim())
  const client = hops.findLast((hop) => !isWithin(hop, trustedProxies))
  return client && ipaddr.isValid(client) ? client : remote
}

/** Whether the address lies in one of the networks; an IPv4 address may be written as IPv6. */
function isWithin(address: string, networks: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return networks.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network)
    return base.kind() === parsed.kind() && parsed.match(base, bits)
  })
}
