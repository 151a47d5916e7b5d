import ipaddr from 'ipaddr.js'
import { type AddressPolicy, isListed, permittedAddresses, RefusedAddress, type Resolve } from './addressPolicy.js'

const LONGEST_URL = 2_000
/** Names that mean this machine or this network, whatever a resolver says (RFC 6761, RFC 6762, RFC 8375, ICANN .internal). */
const LOCAL_NAME =
  /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home\.arpa|corp|home|test|invalid|example|onion)$/

/**
 * An address that alerts may be sent to, after its form was judged and its name resolved.
 *
 * @throws RefusedAddress saying why not. The connection itself is judged once more (see `guardedLookup`).
 */
export async function checkUrl(text: string, policy: AddressPolicy, resolve: Resolve): Promise<URL> {
  const url = checkUrlForm(text, policy)
  const host = bare(url.hostname)
  try {
    await permittedAddresses(host, policy, resolve)
  } catch (cause) {
    if (cause instanceof RefusedAddress) throw cause
    throw refuse(
      `the host ${host} cannot be resolved (${(cause as NodeJS.ErrnoException).code ?? (cause as Error).message})`,
    )
  }
  return url
}

/** The part of `checkUrl` that needs no resolver. @throws RefusedAddress saying why not. */
export function checkUrlForm(text: string, policy: AddressPolicy): URL {
  if (text.length > LONGEST_URL) throw refuse(`it is longer than ${LONGEST_URL} characters`)
  if (/[\p{Cc}\p{Cf}\s\\]/u.test(text)) throw refuse('it holds spaces, backslashes or invisible characters')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) throw refuse('it is no URL')
  const schemes = policy.allowHttp ? ['https:', 'http:'] : ['https:']
  if (!schemes.includes(url.protocol))
    throw refuse(`its scheme is ${url.protocol}// and only ${schemes.join('// or ')}// is allowed`)
  if (url.username || url.password || authority(text).includes('@')) throw refuse('it holds a user name or password')
  if (url.hash || text.includes('#')) throw refuse('it holds a fragment')
  checkHost(text, url, policy)
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if (policy.allowPorts.length > 0 && !policy.allowPorts.includes(port))
    throw refuse(`port ${port} is not among those allowed (${policy.allowPorts.join(', ')})`)
  return url
}

function checkHost(text: string, url: URL, policy: AddressPolicy): void {
  const host = bare(url.hostname)
  // Decimal, octal and hexadecimal addresses, full-width digits, unicode and percent-encoded names all read otherwise.
  if (writtenHost(text) !== url.hostname) throw refuse(`its host is written in disguise and means ${url.hostname}`)
  if (!isListed(host, policy)) throw refuse(`the host ${host} is not on the list of allowed hosts`)
  if (ipaddr.isValid(host)) return
  if (host.endsWith('.')) throw refuse('its host ends with a dot')
  if (LOCAL_NAME.test(host) && policy.allowNetworks.length === 0) throw refuse(`the host ${host} is a local name`)
  if (!host.includes('.') && policy.allowNetworks.length === 0) throw refuse(`the host ${host} is no full name`)
}

/** Between the slashes and the next `/`, `?` or `#`, as it was typed. */
const authority = (text: string): string => /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(text)?.[1] ?? ''

const writtenHost = (text: string): string => authority(text).replace(/:\d*$/, '').toLowerCase()

const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1')

const refuse = (reason: string): RefusedAddress => new RefusedAddress(`the address is refused: ${reason}`)
