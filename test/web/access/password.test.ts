import { expect, test } from 'vitest'
import { checkPassword, hashPassword, isPassword } from '../../../src/web/access/password.js'

test('a password is known again by its hash, and no other is', async () => {
  const hash = await hashPassword('a long enough password')
  expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/)
  expect(await isPassword('a long enough password', hash)).toBe(true)
  for (const wrong of ['a long enough passwore', '', ' a long enough password', 'x'.repeat(2_000)])
    expect(await isPassword(wrong, hash)).toBe(false)
})

test('two hashes of one password differ, and an accent is the same however it was typed', async () => {
  const hash = await hashPassword('Zu\u0308richsee im Nebel')
  expect(await hashPassword('Zu\u0308richsee im Nebel')).not.toBe(hash)
  expect(await isPassword('Z\u00fcrichsee im Nebel', hash)).toBe(true)
})

test('nobody has a password: without a hash, or with a broken one, none is right', async () => {
  expect(await isPassword('a long enough password')).toBe(false)
  expect(await isPassword('a long enough password', '')).toBe(false)
  expect(await isPassword('', '$scrypt$ln=15,r=8,p=3$$')).toBe(false)
})

test('short and absurdly long passwords are refused', () => {
  expect(() => checkPassword('eleven char')).toThrow(/at least 12/)
  expect(() => checkPassword('x'.repeat(1_025))).toThrow(/at most 1024/)
  expect(() => checkPassword('twelve chars')).not.toThrow()
})
