import { expect, test } from 'vitest'
import { quote, readRetryAfter } from '../../../src/ingest/http/httpFailure.js'

test.each([
  ['120', 120_000],
  ['Fri, 02 Jan 2026 00:00:30 GMT', 30_000],
  ['Thu, 01 Jan 2026 00:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After %j asks for %j ms', (header, expected) => {
  expect(readRetryAfter(header, Date.parse('2026-01-02T00:00:00Z'))).toBe(expected)
})

test('words of a server become part of one line, and a page of HTML none', () => {
  expect(quote('two\n lines')).toBe(': two lines')
  expect(quote('<html>')).toBe('')
  expect(quote('x'.repeat(500))).toHaveLength(203)
})
