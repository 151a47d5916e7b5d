import { createHash } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import type { Db } from '../../db/database.js'
import { countAttempt, forgetFailures } from '../../db/loginFailures.js'

const WINDOW_MS = 15 * 60_000
/** Failures within the window after which nothing is tried any more. */
const MOST = { address: 10, name: 20 } as const

export interface Attempt {
  /** Seconds until another attempt is judged; null when this one may be. */
  readonly waitSeconds: number | null
  /** Takes the attempt back: the password was right. */
  forget(): Promise<void>
}

/** Counts a login before it is judged, by name and by address: in the database, so over all processes and restarts. */
export async function beginAttempt(db: Db, name: string, address: string | undefined, now: Date): Promise<Attempt> {
  const nameKey = `name ${createHash('sha256').update(name).digest('base64url')}`
  const keys = [nameKey, ...(address === undefined ? [] : [`address ${networkOf(address)}`])]
  const counts = await countAttempt(db, keys, now, WINDOW_MS)
  const over = counts.filter(({ key, failures }) => failures > (key === nameKey ? MOST.name : MOST.address))
  const resetsAt = Math.max(...over.map((count) => count.resetsAt.getTime()))
  return {
    waitSeconds: over.length > 0 ? Math.max(1, Math.ceil((resetsAt - now.getTime()) / 1_000)) : null,
    forget: () => forgetFailures(db, keys, nameKey),
  }
}

/** The address; of IPv6 the /64 that one subscriber usually has. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown'
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return (parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')
}
