import { expect, test } from 'vitest'
import { exchangeOf, nextSession } from '../../src/ingest/calendar.js'

/** The last `count` days up to `last` whose weekday (0 is Sunday) is in `weekdays`. */
function sessionsUpTo(last: string, count: number, weekdays: readonly number[]): string[] {
  const sessions: string[] = []
  for (const day = new Date(`${last}T00:00:00Z`); sessions.length < count; day.setUTCDate(day.getUTCDate() - 1))
    if (weekdays.includes(day.getUTCDay())) sessions.unshift(day.toISOString().slice(0, 10))
  return sessions
}

const WORKING_WEEK = [1, 2, 3, 4, 5]

test.each([
  ['2024-03-13', '2024-03-14'],
  ['2024-03-15', '2024-03-18'],
  ['2024-12-31', '2025-01-01'],
  ['2024-02-28', '2024-02-29'],
])('after %s comes %s where trade rests at weekends', (asOf, next) => {
  expect(nextSession(asOf, sessionsUpTo(asOf, 100, WORKING_WEEK))).toBe(next)
  expect(nextSession(asOf, [asOf])).toBe(next)
})

test('what trades every day goes on at the weekend', () => {
  expect(nextSession('2024-03-15', sessionsUpTo('2024-03-15', 100, [0, 1, 2, 3, 4, 5, 6]))).toBe('2024-03-16')
})

test('a week from Sunday to Thursday is learnt', () => {
  expect(nextSession('2024-03-14', sessionsUpTo('2024-03-14', 100, [0, 1, 2, 3, 4]))).toBe('2024-03-17')
})

test('a single Saturday session changes nothing', () => {
  const sessions = [...sessionsUpTo('2024-03-08', 60, WORKING_WEEK), '2024-03-09', '2024-03-11', '2024-03-15']
  expect(nextSession('2024-03-15', sessions)).toBe('2024-03-18')
})

test('sessions after asOf are not looked at', () => {
  const later = sessionsUpTo('2024-06-30', 80, [0, 1, 2, 3, 4, 5, 6]).filter((session) => session > '2024-03-15')
  expect(nextSession('2024-03-15', [...sessionsUpTo('2024-03-15', 60, WORKING_WEEK), ...later])).toBe('2024-03-18')
})

test.each([
  ['601988.SH', 'csv', 'XSHG', 'Asia/Shanghai'],
  ['000001.sz', 'csv', 'XSHE', 'Asia/Shanghai'],
  ['0700.HK', 'csv', 'XHKG', 'Asia/Hong_Kong'],
  ['7203.T', 'csv', 'XTKS', 'Asia/Tokyo'],
  ['VOD.L', 'csv', 'XLON', 'Europe/London'],
  ['SAP.DE', 'csv', 'XETR', 'Europe/Berlin'],
  ['MC.PA', 'csv', 'XPAR', 'Europe/Paris'],
  ['AAPL', 'csv', 'XNYS', 'America/New_York'],
  ['BRK.B', 'csv', 'XNYS', 'America/New_York'],
  ['X.constructor', 'csv', 'XNYS', 'America/New_York'],
  ['SAMPLE-ASTER', 'sample', 'SAMPLE', 'UTC'],
])('%s of %s trades on %s in %s', (symbol, provider, code, timezone) => {
  expect(exchangeOf(symbol, provider)).toEqual({ code, timezone })
  expect(() => new Intl.DateTimeFormat('en', { timeZone: timezone })).not.toThrow()
})
