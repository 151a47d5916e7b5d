import cron from 'node-cron'
import { expect, test } from 'vitest'
import { exchangeSchedules } from '../../src/scheduler/exchangeSchedules.js'

const shanghai = { code: 'XSHG', timezone: 'Asia/Shanghai' }
const newYork = { code: 'XNYS', timezone: 'America/New_York' }

test('each exchange runs once, after its own close in its own time zone', () => {
  expect(exchangeSchedules([shanghai, newYork, shanghai], {})).toEqual([
    { exchange: 'XSHG', cron: '0 17 * * 1-5', timezone: 'Asia/Shanghai', exchangeTimezone: 'Asia/Shanghai' },
    { exchange: 'XNYS', cron: '0 18 * * 1-5', timezone: 'America/New_York', exchangeTimezone: 'America/New_York' },
  ])
})

test('the configuration wins, and an exchange nobody knows still runs daily', () => {
  const configured = { XSHG: { cron: '15 16 * * 1-5', timezone: 'UTC' } }
  const [first, second] = exchangeSchedules([shanghai, { code: 'XXXX', timezone: 'Europe/Oslo' }], configured)
  expect(first).toMatchObject({ exchange: 'XSHG', cron: '15 16 * * 1-5', timezone: 'UTC' })
  expect(second!.timezone).toBe('Europe/Oslo')
  expect(cron.validate(second!.cron)).toBe(true)
})

test.each([
  [{ XSHG: { cron: 'every day' } }, /schedules\.XSHG\.cron = "every day": expected minute hour/],
  [
    { XSHG: { cron: '0 17 * * *', timezone: 'Mars/Olympus' } },
    /schedules\.XSHG\.timezone = "Mars\/Olympus": expected an IANA/,
  ],
])('%j is refused by name', (configured, says) => {
  expect(() => exchangeSchedules([shanghai], configured)).toThrow(says)
})
