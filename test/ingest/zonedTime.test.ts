import { expect, test } from 'vitest'
import { isClosed } from '../../src/ingest/sessionClose.js'
import { instantOf, localDate } from '../../src/ingest/zonedTime.js'

const NEW_YORK = { code: 'XNYS', timezone: 'America/New_York' }
const SHANGHAI = { code: 'XSHG', timezone: 'Asia/Shanghai' }

test.each([
  ['2024-03-08', '2024-03-08T21:00:00.000Z'],
  ['2024-03-11', '2024-03-11T20:00:00.000Z'],
  ['2024-11-01', '2024-11-01T20:00:00.000Z'],
  ['2024-11-04', '2024-11-04T21:00:00.000Z'],
])('four in the afternoon in New York on %s is %s', (date, instant) => {
  expect(new Date(instantOf('America/New_York', date, 16 * 60)).toISOString()).toBe(instant)
})

test('the date is that of the exchange, on both sides of the date line and of a change of clocks', () => {
  expect(localDate('Asia/Tokyo', Date.parse('2024-01-01T20:00:00Z'))).toBe('2024-01-02')
  expect(localDate('America/New_York', Date.parse('2024-03-11T03:30:00Z'))).toBe('2024-03-10')
  expect(localDate('America/New_York', Date.parse('2024-03-10T04:30:00Z'))).toBe('2024-03-09')
})

test('a bar counts from the close of its own exchange, not before', () => {
  expect(isClosed('2024-03-11', NEW_YORK, new Date('2024-03-11T20:20:00Z'))).toBe(false)
  expect(isClosed('2024-03-11', NEW_YORK, new Date('2024-03-11T20:30:00Z'))).toBe(true)
  expect(isClosed('2024-03-08', NEW_YORK, new Date('2024-03-08T20:30:00Z'))).toBe(false)
  expect(isClosed('2024-03-11', SHANGHAI, new Date('2024-03-11T07:10:00Z'))).toBe(false)
  expect(isClosed('2024-03-11', SHANGHAI, new Date('2024-03-11T07:20:00Z'))).toBe(true)
})

test('a market that is not listed closes at midnight', () => {
  const unknown = { code: 'XXXX', timezone: 'UTC' }
  expect(isClosed('2024-03-11', unknown, new Date('2024-03-11T23:59:00Z'))).toBe(false)
  expect(isClosed('2024-03-11', unknown, new Date('2024-03-12T00:20:00Z'))).toBe(true)
})
