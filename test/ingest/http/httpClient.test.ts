import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { createHttpClient } from '../../../src/ingest/http/httpClient.js'
import type { HttpFailure } from '../../../src/ingest/http/httpFailure.js'
import type { HttpSettings } from '../../../src/ingest/http/httpSettings.js'
import { readJson } from '../../../src/ingest/http/readJson.js'
import { localServer, once, says } from '../localServer.js'

const QUICK: Partial<HttpSettings> = { backoffMs: 1, maxBackoffMs: 2, attempts: 3, timeoutMs: 300 }
const text = ({ text }: { text: string }) => text

const failureOf = (work: Promise<unknown>): Promise<HttpFailure> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (reason) => reason,
  )

test('a host that says when to come back is left alone until then, by every request', async () => {
  const server = await localServer(once(says('', 429, { 'retry-after': '1' }), says('ok')))
  const client = createHttpClient({ ...QUICK, concurrency: 1 })
  const started = performance.now()
  const both = [1, 2].map((n) => client.send({ url: server.url, name: `r${n}` }, text))
  expect(await Promise.all(both)).toEqual(['ok', 'ok'])
  expect(performance.now() - started).toBeGreaterThan(950)
  expect(server.asked).toHaveLength(3)
})

test('a pause longer than allowed is not waited for, and the host is not asked again meanwhile', async () => {
  const server = await localServer(says('', 429, { 'retry-after': '3600' }))
  const client = createHttpClient({ ...QUICK, longestPauseMs: 1000 })
  expect((await failureOf(client.send({ url: server.url, name: 'x' }, text))).message).toMatch(
    /is not asked, for it asked to be left alone for 3600 s/,
  )
  await failureOf(client.send({ url: server.url, name: 'x' }, text))
  expect(server.asked).toHaveLength(1)
})

test('after failures in a row a host is left alone, then tried once, then trusted again', async () => {
  const server = await localServer(says('', 500))
  const client = createHttpClient({ ...QUICK, attempts: 1, breakAfter: 2, breakForMs: 800 })
  const ask = () => client.send({ url: server.url, name: 'x' }, text)
  for (let i = 0; i < 2; i++) expect((await failureOf(ask())).message).toMatch(/answered 500/)
  expect((await failureOf(ask())).message).toMatch(/is not asked, for it failed 2 times in a row/)
  expect(server.asked).toHaveLength(2)
  server.answer = says('ok')
  await expect.poll(() => ask().catch(() => 'left alone'), { timeout: 10_000 }).toBe('ok')
})

test('an unknown symbol is no trouble of the host', async () => {
  const server = await localServer(says('', 404))
  const client = createHttpClient({ ...QUICK, breakAfter: 2 })
  for (let i = 0; i < 5; i++) await failureOf(client.send({ url: server.url, name: 'x' }, text))
  expect(server.asked).toHaveLength(5)
})

test('no more requests a second than allowed, and no more at once', async () => {
  let open = 0
  let most = 0
  const server = await localServer((_, response) => {
    most = Math.max(most, ++open)
    setImmediate(() => {
      open--
      response.end('ok')
    })
  })
  const client = createHttpClient({ requestsPerSecond: 50, concurrency: 2 })
  const started = performance.now()
  await Promise.all(Array.from({ length: 10 }, () => client.send({ url: server.url, name: 'x' }, text)))
  expect(performance.now() - started).toBeGreaterThan(9 * 20 - 5)
  expect(most).toBeLessThanOrEqual(2)
})

test('the bytes of a day are counted over all hosts, and no request is made beyond them', async () => {
  const servers = [await localServer(says('x'.repeat(600))), await localServer(says('x'.repeat(600)))]
  const client = createHttpClient({ ...QUICK, maxBytesPerDay: 1000 })
  for (const { url } of servers) await client.send({ url, name: 'x' }, text)
  expect((await failureOf(client.send({ url: servers[0]!.url, name: 'x' }, text))).message).toMatch(
    /today's 1000 bytes are used up/,
  )
  expect(servers[0]!.asked).toHaveLength(1)
})

test('a redirect on the same host is followed', async () => {
  const server = await localServer(once(says('', 302, { location: '/there' }), says('ok')))
  expect(await createHttpClient(QUICK).send({ url: server.url, name: 'x' }, text)).toBe('ok')
  expect(server.asked.map(({ path }) => path)).toEqual(['/', '/there'])
})

test('a proxy named by the environment is used', async () => {
  const proxy = await localServer(says('by proxy'))
  vi.stubEnv('HTTP_PROXY', proxy.url)
  vi.stubEnv('NO_PROXY', '')
  onTestFinished(() => void vi.unstubAllEnvs())
  expect(await createHttpClient(QUICK).send({ url: 'http://bars.invalid/x', name: 'x' }, text)).toBe('by proxy')
  expect(proxy.asked[0]!.headers.host).toBe('bars.invalid')
})

test('a key that the server repeats is masked, in the error and in the log of attempts', async () => {
  const server = await localServer(says('your key s3cret is over its limit', 500))
  const lines: unknown[] = []
  const log = { info: (...line: unknown[]) => lines.push(line) } as never
  const client = createHttpClient(QUICK, { log })
  const request = { url: `${server.url}/?key=s3cret`, name: 'x', secrets: ['s3cret'], reason: (said: string) => said }
  const failure = await failureOf(client.send(request, text))
  expect(failure.message).toBe('x: the server answered 500: your key *** is over its limit')
  expect(lines).toHaveLength(2)
  expect(JSON.stringify([lines, failure, failure.stack])).not.toContain('s3cret')
})

test('an abort ends a wait for another attempt at once', async () => {
  const server = await localServer(says('', 500))
  const controller = new AbortController()
  const client = createHttpClient({ ...QUICK, backoffMs: 60_000, maxBackoffMs: 60_000 })
  const work = failureOf(client.send({ url: server.url, name: 'x', signal: controller.signal }, text))
  await expect.poll(() => server.asked.length).toBe(1)
  controller.abort(new Error('stopped'))
  expect((await work).message).toBe('stopped')
})

test('a body of another form is told by where it differs', async () => {
  const server = await localServer(says('{"a":1}'))
  const read = (answer: { text: string }) => readJson(answer, 'x', z.object({ a: z.string() }))
  expect((await failureOf(createHttpClient(QUICK).send({ url: server.url, name: 'x' }, read))).message).toMatch(
    /^x: unexpected form of answer at a: /,
  )
  expect(server.asked).toHaveLength(1)
})
