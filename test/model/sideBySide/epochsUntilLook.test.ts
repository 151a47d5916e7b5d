import { expect, test } from 'vitest'
import { epochsUntilLook } from '../../../src/model/sideBySide/epochsUntilLook.js'

test('losses are looked at every tenth epoch where epochs are short, about every two seconds where they are long', () => {
  expect(epochsUntilLook(10, 50)).toBe(10)
  expect(epochsUntilLook(1, 0)).toBe(10)
  expect(epochsUntilLook(10, 4_000)).toBe(5)
  expect(epochsUntilLook(1, 20_000)).toBe(1)
})
