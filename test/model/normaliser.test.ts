import { expect, test } from 'vitest'
import { fitNormaliser, NORMALISED_BOUND, normalise } from '../../src/model/normaliser.js'
import { syntheticTable } from './syntheticTable.js'

const table = syntheticTable(600)

test('is fitted on training rows only', () => {
  const poisoned = { ...table, values: table.values.slice().fill(1e9, 400 * 3) }
  expect(fitNormaliser(poisoned, 400)).toEqual(fitNormaliser(table, 400))
})

test('brings training rows to mean 0 and width 1', () => {
  const values = normalise(table, fitNormaliser(table, 600))
  const heat = Array.from({ length: 600 }, (_, t) => values[t * 3]!)
  const mean = heat.reduce((sum, x) => sum + x, 0) / 600
  expect(mean).toBeCloseTo(0, 1)
  expect(heat.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 600).toBeCloseTo(1, 0)
})

test('unknown values and features that never move become 0', () => {
  const values = normalise(table, fitNormaliser(table, 600))
  expect(values[1]).toBe(0)
  expect(Array.from({ length: 600 }, (_, t) => values[t * 3 + 2])).toEqual(new Array(600).fill(0))
})

test('one wild value neither stretches the scale nor leaves the stated bound', () => {
  const wild = { ...table, values: table.values.slice() }
  wild.values[300] = 1e12
  const [calm, shaken] = [fitNormaliser(table, 600), fitNormaliser(wild, 600)]
  expect(shaken.scale[0]! / calm.scale[0]!).toBeCloseTo(1, 1)
  expect(normalise(wild, shaken)[300]).toBe(NORMALISED_BOUND)
})

test('a feature that is unknown in all training rows carries nothing', () => {
  const { mean, scale } = fitNormaliser(table, 30)
  expect([mean[1], scale[1]]).toEqual([0, 1])
})
