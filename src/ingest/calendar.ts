import type { Exchange } from '../domain/ticker.js'

/** Sessions from which trading weekdays are learnt: eight weeks of five. */
export const LEARNT_FROM = 40
const FEWEST_SESSIONS = 10
/** A weekday counts when it occurs this often: a single Saturday session is an exception, not a rule. */
const FEWEST_PER_WEEKDAY = 2
const MONDAY_TO_FRIDAY: ReadonlySet<number> = new Set([1, 2, 3, 4, 5])

/**
 * The day after `asOf` on which the next session is expected, `YYYY-MM-DD`.
 *
 * The next day whose weekday the ticker traded on in its 40 sessions up to `asOf` (so the next calendar day where it
 * trades every day); Monday to Friday while fewer than 10 sessions are known. Holidays are not foreseen: the outcome
 * is settled by the first session that really follows.
 */
export function nextSession(asOf: string, sessions: readonly string[]): string {
  const weekdays = tradingWeekdays(sessions.filter((session) => session <= asOf).slice(-LEARNT_FROM))
  const day = new Date(`${asOf}T00:00:00Z`)
  do day.setUTCDate(day.getUTCDate() + 1)
  while (!weekdays.has(day.getUTCDay()))
  return day.toISOString().slice(0, 10)
}

function tradingWeekdays(recent: readonly string[]): ReadonlySet<number> {
  if (recent.length < FEWEST_SESSIONS) return MONDAY_TO_FRIDAY
  const counts = new Array<number>(7).fill(0)
  for (const session of recent) counts[new Date(`${session}T00:00:00Z`).getUTCDay()]! += 1
  return new Set(counts.flatMap((count, weekday) => (count >= FEWEST_PER_WEEKDAY ? [weekday] : [])))
}

/** Exchanges by Yahoo and Tushare suffix; codes are ISO 10383, zones IANA. */
const BY_SUFFIX: Readonly<Record<string, readonly [code: string, timezone: string]>> = {
  SH: ['XSHG', 'Asia/Shanghai'],
  SS: ['XSHG', 'Asia/Shanghai'],
  SZ: ['XSHE', 'Asia/Shanghai'],
  BJ: ['BJSE', 'Asia/Shanghai'],
  HK: ['XHKG', 'Asia/Hong_Kong'],
  T: ['XTKS', 'Asia/Tokyo'],
  KS: ['XKRX', 'Asia/Seoul'],
  KQ: ['XKOS', 'Asia/Seoul'],
  TW: ['XTAI', 'Asia/Taipei'],
  SI: ['XSES', 'Asia/Singapore'],
  NS: ['XNSE', 'Asia/Kolkata'],
  BO: ['XBOM', 'Asia/Kolkata'],
  AX: ['XASX', 'Australia/Sydney'],
  NZ: ['XNZE', 'Pacific/Auckland'],
  L: ['XLON', 'Europe/London'],
  DE: ['XETR', 'Europe/Berlin'],
  F: ['XFRA', 'Europe/Berlin'],
  PA: ['XPAR', 'Europe/Paris'],
  AS: ['XAMS', 'Europe/Amsterdam'],
  BR: ['XBRU', 'Europe/Brussels'],
  LS: ['XLIS', 'Europe/Lisbon'],
  MI: ['XMIL', 'Europe/Rome'],
  MC: ['XMAD', 'Europe/Madrid'],
  SW: ['XSWX', 'Europe/Zurich'],
  VI: ['XWBO', 'Europe/Vienna'],
  ST: ['XSTO', 'Europe/Stockholm'],
  CO: ['XCSE', 'Europe/Copenhagen'],
  HE: ['XHEL', 'Europe/Helsinki'],
  OL: ['XOSL', 'Europe/Oslo'],
  WA: ['XWAR', 'Europe/Warsaw'],
  TO: ['XTSE', 'America/Toronto'],
  V: ['XTSX', 'America/Toronto'],
  SA: ['BVMF', 'America/Sao_Paulo'],
  MX: ['XMEX', 'America/Mexico_City'],
  JO: ['XJSE', 'Africa/Johannesburg'],
  TA: ['XTAE', 'Asia/Jerusalem'],
  SR: ['XSAU', 'Asia/Riyadh'],
}

/** The exchange of a provider's symbol by its suffix; New York where there is none that is known. */
export function exchangeOf(symbol: string, provider: string): Exchange {
  if (provider === 'sample') return { code: 'SAMPLE', timezone: 'UTC' }
  const suffix = symbol.includes('.') ? symbol.slice(symbol.lastIndexOf('.') + 1).toUpperCase() : ''
  const [code, timezone] = (Object.hasOwn(BY_SUFFIX, suffix) && BY_SUFFIX[suffix]) || ['XNYS', 'America/New_York']
  return { code, timezone }
}
