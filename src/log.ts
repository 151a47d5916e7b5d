import pino, { type Logger } from 'pino'
import pretty from 'pino-pretty'

export type { Logger }

/**
 * Structured logs on standard error: JSON lines, or readable ones on a terminal. A message is constant text; what varies
 * goes in fields (`ticker`, `asOf`, `runId`, `durationMs`).
 */
export function createLogger(level: string): Logger {
  const options = {
    level,
    base: null,
    redact: { paths: ['*.password', '*.token', '*.secret', '*.databaseUrl', 'databaseUrl'], censor: '***' },
  }
  if (!process.stderr.isTTY)
    return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }))
  return pino(
    options,
    pretty({ destination: 2, sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true }),
  )
}
