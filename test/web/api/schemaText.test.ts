import { expect, test } from 'vitest'
import { z } from 'zod'
import { schemaText } from '../../../src/web/api/schemaText.js'

test.each([
  [z.string(), 'string'],
  [z.iso.date(), 'string (date)'],
  [z.number().int().min(1).max(500), 'integer from 1 to 500'],
  [z.number().int(), 'integer'],
  [z.string().nullable(), 'string or null'],
  [z.iso.date().nullable(), 'string (date) or null'],
  [z.enum(['asc', 'desc']), 'asc | desc'],
  [z.array(z.number()), 'list of number'],
  [z.record(z.string(), z.number()), 'by name: number'],
  [z.strictObject({ id: z.string(), n: z.number() }), '{ id: string, n: number }'],
  [z.unknown(), 'anything'],
])('a schema is told in plain words (%#: %s)', (schema, words) => {
  expect(schemaText(z.toJSONSchema(schema) as Record<string, unknown>).text).toBe(words)
})

test('what a schema is made of is named', () => {
  const ref = { $ref: '#/components/schemas/Bar' }
  expect(schemaText({ type: 'array', items: ref })).toEqual({ text: 'list of Bar', names: ['Bar'] })
  expect(schemaText({ anyOf: [ref, { type: 'null' }] })).toEqual({ text: 'Bar or null', names: ['Bar'] })
})
