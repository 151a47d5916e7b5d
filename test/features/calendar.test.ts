import { expect, test } from 'vitest'
import { calendarFeatures } from '../../src/features/calendar.js'
import { toSeries } from '../../src/features/series.js'
import { acrossSplit, valuesOf } from './bars.js'

test('the calendar knows weekdays and the days since the session before', () => {
  const columns = calendarFeatures(toSeries(acrossSplit))
  expect([...valuesOf(columns, 'is_friday')]).toEqual([1, 0])
  expect([...valuesOf(columns, 'is_monday')]).toEqual([0, 1])
  expect(valuesOf(columns, 'log_days_since')[1]).toBeCloseTo(Math.log(3), 12)
})
