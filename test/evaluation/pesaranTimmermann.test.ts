import { expect, test } from 'vitest'
import { pesaranTimmermann } from '../../src/evaluation/pesaranTimmermann.js'
import { better, outcome } from './waves.js'

// An independent computation in Python: numpy, p-value from scipy 1.17.1 `stats.norm.sf`.
test('agrees with numpy and scipy', () => {
  const found = pesaranTimmermann(outcome, better)!
  expect(found.statistic).toBeCloseTo(4.694551413286395, 9)
  expect(found.pValue / 1.3359620302716338e-6).toBeCloseTo(1, 6)
})

test('says nothing where one side never varies', () => {
  expect(pesaranTimmermann([1, -1, 2], [1, 1, 1])).toBeNull()
  expect(pesaranTimmermann([1, 1, 2], [1, -1, 1])).toBeNull()
  expect(pesaranTimmermann([], [])).toBeNull()
})
