import { DrizzleQueryError } from 'drizzle-orm/errors'
import pino, { type Logger } from 'pino'
import pretty from 'pino-pretty'

export type { Logger }

/** A failed query as its text and the reason; what was put into it may be a secret. Any other error as it is. */
export function withoutParameters(error: Error): Error {
  if (!(error instanceof DrizzleQueryError)) return error
  const reason = error.cause?.message ?? 'no reason given'
  const plain = new Error(`${reason} (${error.query.replace(/\s+/g, ' ')})`)
  plain.stack = error.stack?.replace(error.message, () => plain.message) ?? plain.message
  return plain
}

/**
 * Structured logs on standard error: JSON lines, or readable ones on a terminal. A message is constant text; what varies
 * goes in fields (`ticker`, `asOf`, `runId`, `durationMs`).
 */
export function createLogger(level: string): Logger {
  const options = {
    level,
    base: null,
    serializers: { err: (error: Error) => pino.stdSerializers.err(withoutParameters(error)) },
    redact: { paths: ['*.password', '*.token', '*.secret', '*.databaseUrl', 'databaseUrl'], censor: '***' },
  }
  if (!process.stderr.isTTY)
    return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }))
  return pino(
    options,
    pretty({ destination: 2, sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true }),
  )
}
