import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchesOf } from '../../../src/model/sideBySide/batchesOf.js'

test('sequences of about one length share a batch, others do not', () => {
  expect(batchesOf([1000, 300, 950, 290, 899], 1e9)).toEqual([[0, 2], [4], [1, 3]])
})

test('a batch has no more rows than may be, but at least one sequence', () => {
  expect(batchesOf([100, 100, 100, 100, 100], 250)).toEqual([[0, 1], [2, 3], [4]])
  expect(batchesOf([100], 50)).toEqual([[0]])
})

test('every sequence is in one batch, and padding is at most a tenth of it', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 60 })
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 20_000 }), (given, mostRows) => {
      const batches = batchesOf(given, mostRows)
      expect(batches.flat().sort((a, b) => a - b)).toEqual([...given.keys()])
      for (const batch of batches) {
        const sizes = batch.map((i) => given[i]!)
        const rows = batch.length * Math.max(...sizes)
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThanOrEqual(0.9 * rows - 1e-9)
        if (batch.length > 1) expect(rows).toBeLessThanOrEqual(mostRows)
      }
    }),
    { numRuns: 200, seed: 3 },
  )
})
