import { DrizzleQueryError } from 'drizzle-orm'
import { ProviderError, UserError } from '../domain/errors.js'

/** SQLSTATE classes of a server that is going or coming, and of conflicts that a second attempt does not meet. */
const TRANSIENT_SQLSTATE = /^(08...|57P0[1-3]|53300|40001|40P01)$/
/** What node and the driver call a connection that broke or could not be made. */
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  ...['CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', 'CONNECT_TIMEOUT'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE'],
])

/** True when the database was away for a moment: nothing is wrong with the work itself. */
export function isDatabaseAway(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof UserError) return false // A provider's own connection trouble.
    const { code } = cause as { code?: unknown }
    if (typeof code === 'string' && (CONNECTION_CODES.has(code) || TRANSIENT_SQLSTATE.test(code))) return true
  }
  return false
}

/** True when trying again cannot help: the user has to put something right. */
export const isPermanent = (error: unknown): boolean =>
  error instanceof ProviderError ? !error.retryable : error instanceof UserError

/** What went wrong with a ticker, in one line that names it. */
export function oneLine(symbol: string, error: unknown): string {
  const message = rootMessage(error).split('\n')[0]!
  return message.includes(symbol) ? message : `${symbol}: ${message}`
}

/** A failed query is told by what the server said about it. */
function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error instanceof DrizzleQueryError && error.cause ? rootMessage(error.cause) : error.message || error.name
}
