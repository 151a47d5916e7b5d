import { expect, test } from 'vitest'
import type { OverviewRow } from '../../src/db/overview.js'
import { freshnessOf, turnsAt } from '../../src/web/freshness.js'

const rowIn = (timezone: string, target: string) =>
  ({ symbol: 'A', timezone, isPaused: false, forecast: { target } }) as OverviewRow

test.each([
  ['UTC', '2025-06-16', '2025-06-21T00:00:00.000Z'],
  ['America/New_York', '2025-06-16', '2025-06-21T04:00:00.000Z'],
  ['Asia/Kathmandu', '2025-06-16', '2025-06-20T18:15:00.000Z'],
  ['Pacific/Kiritimati', '2025-06-16', '2025-06-20T10:00:00.000Z'],
  ['Pacific/Niue', '2025-06-16', '2025-06-21T11:00:00.000Z'],
  // The night in which clocks go forward: the day begins at one o'clock.
  ['America/Santiago', '2025-09-02', '2025-09-07T04:00:00.000Z'],
])(
  'a forecast turns stale in %s at the midnight that is foretold, and then by a day more at each',
  (timezone, target, turn) => {
    const row = rowIn(timezone, target)
    const stateAt = (ms: number) => freshnessOf(row, undefined, new Date(ms))
    const first = turnsAt(row, new Date(`${target}T12:00:00Z`))!
    expect(first.toISOString()).toBe(turn)
    expect([stateAt(first.getTime() - 1), stateAt(first.getTime())]).toEqual([
      { state: 'fresh' },
      { state: 'stale', days: 5 },
    ])
    const second = turnsAt(row, first)!
    expect([stateAt(second.getTime() - 1), stateAt(second.getTime())]).toEqual([
      { state: 'stale', days: 5 },
      { state: 'stale', days: 6 },
    ])
  },
)

test('without a forecast nothing turns stale', () => {
  expect(turnsAt({ timezone: 'UTC', forecast: null }, new Date(0))).toBeUndefined()
})
