import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { PackedAnswer } from '../../../src/web/cache/packedAnswer.js'

const text = 'größer als der Rest. '.repeat(200)

/** An answer that the first request has made, as the cache keeps one. */
function app(body = text): Hono {
  let packed: Promise<PackedAnswer> | undefined
  return new Hono().get('/', async (c) => {
    packed ??= PackedAnswer.of(c, new Response(body, { headers: { 'Content-Type': 'text/plain; charset=utf-8' } }))
    return (await packed).respond(c)
  })
}

const accepting = (accepted: string) => ({ headers: { 'Accept-Encoding': accepted } })

test.each([
  ['br, gzip', 'br', brotliDecompressSync],
  ['gzip, deflate, br', 'br', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
  ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
  ['br;q=0', null, (body: Buffer) => body],
  ['', null, (body: Buffer) => body],
])('who accepts "%s" gets %s, and the same text', async (accepted, encoding, unpack) => {
  for (const first of ['br', 'gzip', accepted]) {
    const served = app()
    await served.request('/', accepting(first))
    const response = await served.request('/', accepting(accepted))
    expect(response.headers.get('Content-Encoding')).toBe(encoding)
    expect(response.headers.get('Content-Type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('Vary')).toBe('Accept-Encoding')
    expect(unpack(Buffer.from(await response.arrayBuffer())).toString()).toBe(text)
  }
})

test.each(['br', 'gzip'])('an answer to who accepts %s is packed once, as it is sent', async (encoding) => {
  let packed: PackedAnswer | undefined
  const served = new Hono().get('/', async (c) => {
    packed = await PackedAnswer.of(c, new Response(text))
    return packed.respond(c)
  })
  const response = await served.request('/', accepting(encoding))
  const sent = (await response.arrayBuffer()).byteLength
  expect(packed!.bytes).toBe(2 * sent + 1_000) // it keeps what was sent, and no other form
})

test('the tag is the same for every encoding and another for another text', async () => {
  const tags = await Promise.all(
    [text, text, `${text}.`].map(async (body) => {
      const served = app(body)
      const [plain, packed] = [await served.request('/'), await served.request('/', accepting('br'))]
      expect(packed.headers.get('ETag')).toBe(plain.headers.get('ETag'))
      return plain.headers.get('ETag')
    }),
  )
  expect(tags[0]).toMatch(/^W\/"[\w-]{22}"$/)
  expect(tags[1]).toBe(tags[0])
  expect(tags[2]).not.toBe(tags[0])
})
