import { DrizzleQueryError } from 'drizzle-orm/errors'
import { expect, test } from 'vitest'
import { withoutParameters } from '../src/log.js'

test('a failed query is told by its text and its reason, without what was put into it', () => {
  const failed = new DrizzleQueryError(
    'insert into users\n  values ($1, $2)',
    ['anna', 'x\n    at s3cret'],
    new Error('no room'),
  )
  const told = withoutParameters(failed)
  expect(told.message).toBe('no room (insert into users values ($1, $2))')
  expect(told.stack).toContain('log.test.ts')
  expect(JSON.stringify({ ...told }) + told.message + told.stack).not.toContain('s3cret')
})

test('any other error is told as it is', () => {
  const error = new Error('x')
  expect(withoutParameters(error)).toBe(error)
})
