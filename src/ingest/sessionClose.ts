import { instantOf } from './zonedTime.js'

/**
 * End of the last auction of an ordinary session, local time, by exchange code (ISO 10383); the latest one where it
 * changes over the year. From the trading hours the exchanges publish.
 */
const CLOSES_AT: Readonly<Record<string, string>> = {
  SAMPLE: '20:40',
  XSHG: '15:00',
  XSHE: '15:00',
  BJSE: '15:00',
  XHKG: '16:10',
  XTKS: '15:30',
  XKRX: '15:30',
  XKOS: '15:30',
  XTAI: '13:30',
  XSES: '17:16',
  XNSE: '15:40',
  XBOM: '15:40',
  XASX: '16:12',
  XNZE: '17:00',
  XLON: '16:40',
  XETR: '17:40',
  XFRA: '20:00',
  XPAR: '17:40',
  XAMS: '17:40',
  XBRU: '17:40',
  XLIS: '16:40',
  XMIL: '17:45',
  XMAD: '17:40',
  XSWX: '17:40',
  XWBO: '17:40',
  XSTO: '17:30',
  XCSE: '17:00',
  XHEL: '18:30',
  XOSL: '16:30',
  XWAR: '17:05',
  XTSE: '16:15',
  XTSX: '16:15',
  BVMF: '18:30',
  XMEX: '15:00',
  XJSE: '17:20',
  XTAE: '17:35',
  XSAU: '15:20',
  XNYS: '16:10',
}
/** Markets that are not listed may trade all day. */
const MIDNIGHT = '24:00'
/** Closing prices are still corrected for some minutes. */
const SETTLES_AFTER_MIN = 20
/** Wherever it was, a day is over so long after it began in UTC; spares most bars the look at a calendar. */
const OVER_EVERYWHERE_MS = 3 * 86_400_000

/** Whether the bar of `session` is final at `now`, by the clock of its exchange, daylight saving included. */
export function isClosed(session: string, exchange: { code: string; timezone: string }, now: Date): boolean {
  if (Date.parse(session) + OVER_EVERYWHERE_MS <= now.getTime()) return true
  return closeOf(session, exchange) + SETTLES_AFTER_MIN * 60_000 <= now.getTime()
}

/** The moment (epoch milliseconds) at which the exchange closed `session`; the end of the day where its hours are not listed. */
export function closeOf(session: string, exchange: { code: string; timezone: string }): number {
  const [hours, minutes] = (CLOSES_AT[exchange.code] ?? MIDNIGHT).split(':').map(Number) as [number, number]
  return instantOf(exchange.timezone, session, hours * 60 + minutes)
}
