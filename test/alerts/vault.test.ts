import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createVault } from '../../src/alerts/vault.js'

const key = () => randomBytes(32).toString('base64')
const secret = { token: 'tk_secret' }

test('what is sealed opens in its own row only, and never looks the same twice', () => {
  const vault = createVault(key())
  const sealed = vault.seal(secret, 'row-1')
  expect(vault.open(sealed, 'row-1')).toEqual(secret)
  expect(() => vault.open(sealed, 'row-2')).toThrow('does not open')
  expect(vault.seal(secret, 'row-1')).not.toEqual(sealed)
  expect(sealed.includes('tk_secret')).toBe(false)
})

test('one changed byte opens nothing', () => {
  const vault = createVault(key())
  const sealed = vault.seal(secret, 'row-1')
  for (const i of [0, 15, sealed.length - 1]) {
    const changed = Buffer.from(sealed)
    changed[i]! ^= 1
    expect(() => vault.open(changed, 'row-1')).toThrow('does not open')
  }
})

test('a key is replaced by putting the new one before it', () => {
  const [before, after] = [key(), key()]
  const sealed = createVault(before).seal(secret, 'row-1')
  const both = createVault(`${after}, ${before}`)
  expect(both.open(sealed, 'row-1')).toEqual(secret)
  expect(createVault(after).open(both.seal(secret, 'row-1'), 'row-1')).toEqual(secret)
  expect(() => createVault(after).open(sealed, 'row-1')).toThrow('does not open')
})

test.each([undefined, '', 'short', Buffer.alloc(31).toString('base64')])(
  '%j is no key, and it says how to make one',
  (given) => {
    expect(() => createVault(given)).toThrow('openssl rand -base64 32')
  },
)
