import fc from 'fast-check'
import { expect, test } from 'vitest'
import { longestAscending } from '../../src/ingest/longestAscending.js'

test('what came first stays', () => {
  expect(longestAscending(['b', 'a', 'c'])).toEqual([0, 2])
  expect(longestAscending(['a', 'b', 'b', 'c'])).toEqual([0, 1, 3])
})

test('the run ascends and none is longer', () => {
  const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 12 })
  fc.assert(
    fc.property(keys, (list) => {
      const run = longestAscending(list)
      run.slice(1).forEach((at, i) => {
        expect(at).toBeGreaterThan(run[i]!)
        expect(list[at]! > list[run[i]!]!).toBe(true)
      })
      expect(run.length).toBe(lengthByExhaustion(list))
    }),
    { seed: 1 },
  )
})

function lengthByExhaustion(list: readonly string[], after = ''): number {
  return Math.max(0, ...list.map((key, i) => (key > after ? 1 + lengthByExhaustion(list.slice(i + 1), key) : 0)))
}
