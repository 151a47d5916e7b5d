import { expect, test } from 'vitest'
import { type AlertState, decide } from '../../src/alerts/decide.js'
import type { AlertMode } from '../../src/domain/alert.js'

/** Days on which something fires, of a condition that holds (1) or not (0) on one day after another. */
function firing(mode: AlertMode, cooldownMinutes: number, days: string): string {
  let previous: AlertState | null = null
  return [...days]
    .map((held, i) => {
      const now = new Date(Date.UTC(2025, 0, 1 + i))
      const look = { mode, cooldownMinutes, holds: held === '1', asOf: now.toISOString().slice(0, 10), now, previous }
      const decision = decide(look)!
      previous = decision.state
      expect(decide({ ...look, previous })).toBeNull() // The same day again changes nothing.
      return decision.fires ? '1' : '0'
    })
    .join('')
}

test('edge fires when the condition begins to hold, and again after it has ceased to', () => {
  expect(firing('edge', 0, '0111011')).toBe('0100010')
})

test('each fires whenever the condition holds', () => {
  expect(firing('each', 0, '0111011')).toBe('0111011')
})

test('after an alert there is none until the cool-down is over', () => {
  expect(firing('each', 3 * 24 * 60, '1111111')).toBe('1001001')
  expect(firing('edge', 3 * 24 * 60, '1010101')).toBe('1000100')
})
