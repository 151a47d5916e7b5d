import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { newSecret, rotated, signatureHeaders } from '../../src/alerts/signature.js'

const body = JSON.stringify({ type: 'alert.test', data: { title: 'Ä large move' } })
const now = new Date()
const secret = newSecret()
const headers = signatureHeaders('msg_1', now, body, [secret])
const verify = (key: string, text: string, given: Record<string, string>) => () => new Webhook(key).verify(text, given)

test('a secret is whsec_ and base64 of 32 bytes', () => {
  expect(secret.value).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
})

test('the official verifier takes what was signed', () => {
  expect(verify(secret.value, body, headers)()).toEqual(JSON.parse(body))
})

test('one changed byte, another id, another time or another secret fails', () => {
  const other = { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) }
  expect(verify(secret.value, body.replace('large', 'Large'), headers)).toThrow()
  expect(verify(secret.value, body, { ...headers, 'webhook-id': 'msg_2' })).toThrow()
  expect(verify(secret.value, body, other)).toThrow()
  expect(verify(newSecret().value, body, headers)).toThrow()
})

test('a signature older than five minutes fails', () => {
  const old = signatureHeaders('msg_1', new Date(now.getTime() - 6 * 60_000), body, [secret])
  expect(verify(secret.value, body, old)).toThrow('too old')
})

test('both keys are valid while they overlap, and only the new one afterwards', () => {
  const until = new Date(now.getTime() + 60_000)
  const keys = rotated([secret], until, now)
  const during = signatureHeaders('msg_1', now, body, keys)
  for (const { value } of keys) expect(verify(value, body, during)()).toBeTruthy()
  const after = signatureHeaders('msg_1', until, body, keys)
  expect(after['webhook-signature'].split(' ')).toHaveLength(1)
  expect(verify(keys[0]!.value, body, after)()).toBeTruthy()
  expect(verify(secret.value, body, after)).toThrow()
})
