import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { PackedAnswer } from '../../../src/web/cache/packedAnswer.js'

const text = 'größer als der Rest. '.repeat(200)

const app = async () => {
  const packed = await PackedAnswer.of(new Response(text, { headers: { 'Content-Type': 'text/plain; charset=utf-8' } }))
  return new Hono().get('/', (c) => packed.respond(c))
}

test.each([
  ['br, gzip', 'br', brotliDecompressSync],
  ['gzip, deflate, br', 'br', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
  ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
  ['br;q=0', null, (body: Buffer) => body],
  ['', null, (body: Buffer) => body],
])('who accepts "%s" gets %s, and the same text', async (accepted, encoding, unpack) => {
  const response = await (await app()).request('/', { headers: { 'Accept-Encoding': accepted } })
  expect(response.headers.get('Content-Encoding')).toBe(encoding)
  expect(response.headers.get('Content-Type')).toBe('text/plain; charset=utf-8')
  expect(response.headers.get('Vary')).toBe('Accept-Encoding')
  expect(unpack(Buffer.from(await response.arrayBuffer())).toString()).toBe(text)
})

test('the tag is the same for every encoding and another for another text', async () => {
  const tags = await Promise.all(
    [text, text, `${text}.`].map(async (body) => {
      const packed = await PackedAnswer.of(new Response(body))
      return (await new Hono().get('/', (c) => packed.respond(c)).request('/')).headers.get('ETag')
    }),
  )
  expect(tags[0]).toMatch(/^W\/"[\w-]{22}"$/)
  expect(tags[1]).toBe(tags[0])
  expect(tags[2]).not.toBe(tags[0])
})
