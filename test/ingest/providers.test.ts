import { expect, test } from 'vitest'
import { UserError } from '../../src/domain/errors.js'
import { createProvider, PROVIDER_NAMES } from '../../src/ingest/providers.js'

test('known providers are made by name', () => {
  expect(PROVIDER_NAMES).toEqual(['csv', 'sample', 'yahoo', 'stooq', 'tushare', 'tiingo', 'alphavantage'])
  expect(createProvider('sample').isSample).toBe(true)
  expect(createProvider('csv', { location: '.' })).toMatchObject({ name: 'csv', isSample: false })
})

test.each(['google', '', 'constructor', '__proto__'])('%j is unknown, and the known ones are listed', (name) => {
  expect(() => createProvider(name)).toThrow(UserError)
  expect(() => createProvider(name)).toThrow(`unknown provider '${name}': known are csv, sample, yahoo`)
})

test('csv without a location says what it needs', () => {
  expect(() => createProvider('csv')).toThrow(/needs a location/)
})
