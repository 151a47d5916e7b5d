import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { UserError } from '../domain/errors.js'

/** Where alerts may be sent. The defaults of the configuration allow public addresses over https only. */
export interface AddressPolicy {
  readonly allowHttp: boolean
  /** When there are any, nothing else is sent to: `hooks.example.com`, or `*.example.com` for all below it. */
  readonly allowHosts: readonly string[]
  /** Networks in CIDR notation that may be sent to although they are not public. */
  readonly allowNetworks: readonly string[]
  /** Empty means any. */
  readonly allowPorts: readonly number[]
}

/** All addresses of a host name; the system's resolver unless a test has its own. */
export type Resolve = (host: string) => Promise<readonly string[]>

/** Public by their number, yet they answer only inside a cloud: Azure's host. */
const INSIDE_CLOUDS: ReadonlySet<string> = new Set(['168.63.129.16'])

/** Why an address may not be sent to, or undefined when it may. `address` is an IPv4 or IPv6 address as text. */
export function refusedAddress(address: string, { allowNetworks }: AddressPolicy): string | undefined {
  const plain = address.replace(/%.*$/, '')
  if (!ipaddr.isValid(plain)) return `${address} is no address`
  // IPv4 in IPv6 clothes is judged as what it is.
  const parsed = ipaddr.process(plain)
  if (allowNetworks.some((network) => isWithin(parsed, network))) return undefined
  const range = INSIDE_CLOUDS.has(parsed.toString()) ? 'metadata' : parsed.range()
  return range === 'unicast' ? undefined : `${address} is not public (${range})`
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, network: string): boolean {
  const [base, bits] = ipaddr.parseCIDR(network)
  return base.kind() === address.kind() && address.match(base as never, bits)
}

/** Whether the list of allowed hosts lets this one pass. */
export const isListed = (host: string, { allowHosts }: AddressPolicy): boolean =>
  allowHosts.length === 0 ||
  allowHosts.some((entry) => (entry.startsWith('*.') ? host.endsWith(entry.slice(1)) : host === entry))

/** The system's resolver, /etc/hosts included. */
export const resolveHost: Resolve = (host) =>
  new Promise((done, fail) =>
    systemLookup(host, { all: true, verbatim: true }, (error, found) =>
      error ? fail(error) : done(found.map(({ address }) => address)),
    ),
  )

/** Addresses of a host, all of which may be sent to. @throws RefusedAddress when one may not, or there is none. */
export async function permittedAddresses(
  host: string,
  policy: AddressPolicy,
  resolve: Resolve,
): Promise<readonly string[]> {
  const addresses = ipaddr.isValid(host) ? [host] : await resolve(host)
  const reason = addresses.map((address) => refusedAddress(address, policy)).find((found) => found !== undefined)
  if (reason) throw new RefusedAddress(`${host} is refused: ${reason}`)
  if (addresses.length === 0) throw new RefusedAddress(`${host} has no address`)
  return addresses
}

/**
 * A `lookup` for sockets: the very addresses that were judged are connected to, so that a name which answers differently
 * the second time (DNS rebinding) gains nothing. Sockets skip it for addresses as such: judge those before.
 */
export const guardedLookup =
  (policy: AddressPolicy, resolve: Resolve): LookupFunction =>
  (host, options, callback) => {
    permittedAddresses(host, policy, resolve).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4 }))
        if (options.all) callback(null, found)
        else callback(null, found[0]!.address, found[0]!.family)
      },
      (error) => callback(error, '', 0),
    )
  }

/** The address is one that alerts may not be sent to. */
export class RefusedAddress extends UserError {
  constructor(message: string) {
    super(message, { exitCode: 2 })
  }
}
