import { expect, test } from 'vitest'
import { afterQuietHours, dueAt } from '../../src/alerts/dueAt.js'

const night = { from: '22:00', to: '07:00' }
const berlin = 'Europe/Berlin'

test.each([
  ['before they begin', '2025-01-10T20:59:00Z', '2025-01-10T20:59:00.000Z'],
  ['at their first minute', '2025-01-10T21:00:30Z', '2025-01-11T06:00:00.000Z'],
  ['after midnight', '2025-01-11T03:00:00Z', '2025-01-11T06:00:00.000Z'],
  ['at their end', '2025-01-11T06:00:00Z', '2025-01-11T06:00:00.000Z'],
  ['in the night in which the clock goes forward', '2025-03-29T22:00:00Z', '2025-03-30T05:00:00.000Z'],
  ['in the night in which it goes back', '2025-10-25T21:00:00Z', '2025-10-26T06:00:00.000Z'],
])('quiet hours over midnight, %s', (_, at, expected) => {
  expect(afterQuietHours(new Date(at), night, berlin).toISOString()).toBe(expected)
})

test('without quiet hours, and for a digest, the time is as it is asked for', () => {
  const now = new Date('2025-01-10T12:00:00Z')
  const common = { digestAt: '08:30', quietHours: null, timezone: berlin }
  expect(dueAt({ ...common, mode: 'edge' }, now)).toEqual(now)
  expect(dueAt({ ...common, mode: 'digest' }, now).toISOString()).toBe('2025-01-11T07:30:00.000Z')
})
