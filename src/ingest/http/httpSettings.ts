/** How politely and how long other people's servers are asked; each limit holds per host. */
export interface HttpSettings {
  /** One attempt, from the request to the last byte. */
  readonly timeoutMs: number
  /** Tries in all, the first one included. */
  readonly attempts: number
  /** Waiting before try n + 1 is uniform in [0, min(maxBackoffMs, backoffMs * 2^n)). */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** A host that asks for a longer pause (Retry-After) is left alone and the next provider is asked. */
  readonly longestPauseMs: number
  /** Infinity lifts the limit. */
  readonly requestsPerSecond: number
  readonly concurrency: number
  readonly maxResponseBytes: number
  /** Over all hosts and one UTC day. */
  readonly maxBytesPerDay: number
  /** A host that fails this often in a row is left alone for `breakForMs`. */
  readonly breakAfter: number
  readonly breakForMs: number
}

export const DEFAULT_HTTP: HttpSettings = {
  timeoutMs: 30_000,
  attempts: 4,
  backoffMs: 500,
  maxBackoffMs: 20_000,
  longestPauseMs: 60_000,
  requestsPerSecond: 10,
  concurrency: 4,
  maxResponseBytes: 64 * 1024 * 1024,
  maxBytesPerDay: 4 * 1024 * 1024 * 1024,
  breakAfter: 5,
  breakForMs: 60_000,
}
