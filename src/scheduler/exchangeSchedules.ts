import cron from 'node-cron'
import type { Config } from '../config.js'
import { UserError } from '../domain/errors.js'
import { isTimezone } from '../domain/ticker.js'

/** When the bars of an exchange are read: after its close, with time for providers to publish. */
export interface ExchangeSchedule {
  readonly exchange: string
  /** minute hour day-of-month month day-of-week */
  readonly cron: string
  /** Time zone of the expression. */
  readonly timezone: string
  /** Where the exchange is. */
  readonly exchangeTimezone: string
}

const AFTER_CLOSE: Readonly<Record<string, string>> = {
  XSHG: '0 17 * * 1-5',
  XSHE: '0 17 * * 1-5',
  XHKG: '30 17 * * 1-5',
  XTKS: '30 16 * * 1-5',
  XLON: '30 18 * * 1-5',
  XETR: '30 19 * * 1-5',
  XPAR: '30 19 * * 1-5',
  XNYS: '0 18 * * 1-5',
  SAMPLE: '5 21 * * 1-5',
}
const DEFAULT_CRON = '30 0 * * *'

/**
 * One schedule per exchange; those of the configuration win.
 *
 * @throws UserError (exit code 2) naming a cron expression or time zone that cannot be read.
 */
export function exchangeSchedules(
  exchanges: readonly { code: string; timezone: string }[],
  configured: Config['schedules'],
): ExchangeSchedule[] {
  const byCode = new Map(exchanges.map((exchange) => [exchange.code, exchange.timezone]))
  return [...byCode].map(([exchange, exchangeTimezone]) => {
    const expression = configured[exchange]?.cron ?? AFTER_CLOSE[exchange] ?? DEFAULT_CRON
    const timezone = configured[exchange]?.timezone ?? exchangeTimezone
    if (!cron.validate(expression))
      throw new UserError(`schedules.${exchange}.cron = "${expression}": expected minute hour day month weekday`, {
        exitCode: 2,
      })
    if (!isTimezone(timezone))
      throw new UserError(
        `schedules.${exchange}.timezone = "${timezone}": expected an IANA name such as Asia/Shanghai`,
        { exitCode: 2 },
      )
    return { exchange, cron: expression, timezone, exchangeTimezone }
  })
}
