import { expect, test } from 'vitest'
import { evaluateCondition } from '../../src/alerts/evaluateCondition.js'
import type { AlertCondition } from '../../src/domain/alert.js'
import { forecastFacts } from '../support/forecastFacts.js'

const facts = forecastFacts()
const cases: [AlertCondition, boolean][] = [
  [{}, true],
  [{ expectedMove: { size: 1.2, unit: 'pct' } }, true],
  [{ expectedMove: { size: 1.21, unit: 'pct' } }, false],
  [{ expectedMove: { size: 0.6, unit: 'sigma' } }, true],
  [{ expectedMove: { size: 0.61, unit: 'sigma' } }, false],
  [{ moveProbability: { size: 2, unit: 'pct', probability: 0.2 } }, true],
  [{ moveProbability: { size: 2, unit: 'sigma', probability: 0.2 } }, false],
  [{ intervalExcludesZero: 80 }, true],
  [{ intervalExcludesZero: 95 }, false],
  [{ direction: 'up' }, true],
  [{ direction: 'down' }, false],
  [{ skill: 'distribution' }, false],
  [{ direction: 'up', intervalExcludesZero: 95 }, false],
]

test.each(cases)('%j holds: %s', (condition, holds) => {
  expect(evaluateCondition(condition, facts).holds).toBe(holds)
})

test('each reason carries its figure, its limit and a sentence', () => {
  const condition: AlertCondition = { expectedMove: { size: 1, unit: 'pct' }, intervalExcludesZero: 80 }
  expect(evaluateCondition(condition, facts).reasons).toEqual([
    {
      ...{ rule: 'expectedMove', value: 1.2, limit: 1 },
      sentence: 'The expected move of +1.20 % is 1.20 %, at least 1.00 %.',
    },
    {
      ...{ rule: 'intervalExcludesZero', value: '+0.10 % … +2.50 %', limit: 0 },
      sentence: 'The 80 % interval +0.10 % … +2.50 % lies on one side of zero.',
    },
  ])
})

test('what is measured in its own volatility does not hold while that is unknown', () => {
  const unknown = forecastFacts({}, { volatilityPct: null })
  expect(evaluateCondition({ expectedMove: { size: 0.1, unit: 'sigma' } }, unknown).holds).toBe(false)
  expect(evaluateCondition({ moveProbability: { size: 0.1, unit: 'sigma', probability: 0.01 } }, unknown).holds).toBe(
    false,
  )
})
