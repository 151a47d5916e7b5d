import { describe, expect, test } from 'vitest'
import { ProviderError } from '../../src/domain/errors.js'
import type { HttpSettings } from '../../src/ingest/http/httpSettings.js'
import { createProviders } from '../../src/ingest/providers.js'
import { type Answer, breaksOff, type LocalServer, localServer, once, says } from './localServer.js'
import { type Day, days, FORMATS } from './providerFormats.js'

const now = new Date('2026-01-05T12:00:00Z')
const HTTP: Partial<HttpSettings> = {
  backoffMs: 1,
  maxBackoffMs: 2,
  attempts: 3,
  requestsPerSecond: 1000,
  timeoutMs: 2000,
}
const TEN = days(10)

describe.each(FORMATS)('$name, in the format of its documentation', (format) => {
  const good =
    (all: readonly Day[] = TEN): Answer =>
    (asked, response) =>
      void response.end(format.body(all, asked))

  const fetchFrom = (server: LocalServer, http: Partial<HttpSettings> = {}, since?: string) =>
    createProviders({ http: { ...HTTP, ...http }, ...format.settings(server.url) })
      .get(format.name)
      .fetchBars({ symbol: 'TEST', now, since })

  const failure = async (server: LocalServer, http: Partial<HttpSettings> = {}): Promise<ProviderError> => {
    const error = await fetchFrom(server, http).then(
      () => Promise.reject(new Error('it did not fail')),
      (reason) => reason,
    )
    expect(error).toBeInstanceOf(ProviderError)
    expect(error.message).toMatch(new RegExp(`^${format.name} TEST[^\n]*$`))
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('s3cret')
    return error
  }

  const bars = async (server: LocalServer) =>
    (await fetchFrom(server)).bars.map(({ session, close }) => [session, close])
  const expected = TEN.map(({ date, close }) => [date, close])

  test('good bars come in ascending order with prices and volumes as they were', async () => {
    const server = await localServer(good())
    const { bars, refused } = await fetchFrom(server)
    expect(refused).toEqual([])
    expect(
      bars.map(({ session, open, high, low, close, volume }) => ({ date: session, open, high, low, close, volume })),
    ).toEqual(TEN)
  })

  test('429 with Retry-After is waited for', async () => {
    const server = await localServer(once(says('', 429, { 'retry-after': '1' }), good()))
    const started = performance.now()
    expect(await bars(server)).toEqual(expected)
    expect(performance.now() - started).toBeGreaterThan(950)
  })

  test.each([
    [401, 'the key was not accepted'],
    [403, 'not allowed'],
  ])('%i is final, and says so without the key', async (status, meaning) => {
    const server = await localServer((asked, response) =>
      asked.path === '/v1/test/getcrumb'
        ? void response.end(format.key)
        : asked.path === '/cookie'
          ? void response.writeHead(404, { 'set-cookie': 'A3=cookie-s3cret; Path=/' }).end()
          : void response.writeHead(status).end(format.denied),
    )
    const error = await failure(server)
    expect(error).toMatchObject({ retryable: false, message: expect.stringContaining(`${status} (${meaning})`) })
    expect(server.asked.length).toBe(format.name === 'yahoo' ? 4 : 1)
  })

  test('an unknown symbol is final, and the question is asked', async () => {
    const [body, status] = format.unknown
    const server = await localServer(says(body, status))
    expect(await failure(server)).toMatchObject({
      retryable: false,
      message: expect.stringMatching(/is the symbol right\?/),
    })
    expect(server.asked.length).toBeLessThanOrEqual(3)
  })

  test('500 is tried again', async () => {
    expect(await bars(await localServer(once(says('', 500), good())))).toEqual(expected)
  })

  test('500 for good ends after the last attempt', async () => {
    const server = await localServer(says('', 500))
    expect(await failure(server)).toMatchObject({ retryable: true })
    expect(server.asked).toHaveLength(3)
  })

  test('an answer that does not come is tried again', async () => {
    const server = await localServer(once(() => {}, good()))
    const { bars } = await fetchFrom(server, { timeoutMs: 500 })
    expect(bars).toHaveLength(10)
  })

  test('an answer that never comes is given up within its time', async () => {
    const server = await localServer(() => {})
    expect((await failure(server, { timeoutMs: 100, attempts: 2 })).message).toMatch(/no complete answer within 100 ms/)
  })

  test('a connection reset in the middle of the body is tried again', async () => {
    let start = ''
    const server = await localServer((asked, response) => {
      start = format.body(TEN, asked).slice(0, 200)
      server.answer = good()
      breaksOff(start)(asked, response)
    })
    expect(await bars(server)).toEqual(expected)
    expect(start).not.toBe('')
  })

  test('a body cut off in the middle loses nothing that was whole and makes nothing up', async () => {
    const cutOff: Answer = (asked, response) => {
      const body = format.body(TEN, asked)
      response.end(body.slice(0, body.length - 12))
    }
    if (format.name !== 'stooq') return expect(await bars(await localServer(once(cutOff, good())))).toEqual(expected)
    const { bars: kept, refused } = await fetchFrom(await localServer(cutOff))
    expect(kept.map(({ session, close }) => [session, close])).toEqual(expected.slice(0, -1))
    expect(refused).toMatchObject([{ line: 11 }])
  })

  test('a page of HTML is no answer', async () => {
    const page = '<!DOCTYPE html><html><body>Please log in</body></html>'
    expect(await bars(await localServer(once(says(page), good())))).toEqual(expected)
    expect(await failure(await localServer(says(page)))).toMatchObject({ retryable: true })
  })

  test('an empty series is a failure, not a history without bars', async () => {
    expect((await failure(await localServer(good([])))).message).toMatch(/no bars|no valid row/)
  })

  test('holes and impossible prices cost their own rows only', async () => {
    const [first, second, third, ...rest] = TEN as [Day, Day, Day, ...Day[]]
    const broken = [first, { ...second, close: null }, { ...third, high: third.low! - 1 }, ...rest]
    const { bars, refused } = await fetchFrom(await localServer(good(broken)))
    expect(bars.map(({ session }) => session)).toEqual([first, ...rest].map(({ date }) => date))
    expect(refused).toHaveLength(2)
    expect(refused.every(({ source }) => !source.includes('s3cret'))).toBe(true)
  })

  test('a doubled last bar is taken once', async () => {
    const server = await localServer(good([...TEN, TEN.at(-1)!]))
    expect(await bars(server)).toEqual(expected)
  })

  test('dates out of order end in order', async () => {
    const [first, second, ...rest] = TEN as [Day, Day, ...Day[]]
    const { bars, refused } = await fetchFrom(await localServer(good([first, ...rest, second])))
    const sessions = bars.map(({ session }) => session)
    expect(sessions).toEqual(sessions.toSorted())
    expect(bars.length + refused.length).toBe(10)
    expect(refused.every(({ reason }) => /out of order/.test(reason))).toBe(true)
  })

  test('a redirect to another host is not followed, and that host learns nothing', async () => {
    const elsewhere = await localServer(good())
    const server = await localServer(says('', 302, { location: `${elsewhere.url}/x` }))
    expect((await failure(server)).message).toMatch(/sent on to another host/)
    expect(elsewhere.asked).toEqual([])
  })

  test('a host that is not there is told as such', async () => {
    const settings = format.settings('http://127.0.0.1:1')
    const provider = createProviders({ http: { ...HTTP, attempts: 2 }, ...settings }).get(format.name)
    await expect(provider.fetchBars({ symbol: 'TEST', now })).rejects.toThrow(
      /TEST.*the connection failed \(ECONNREFUSED\)/,
    )
  })

  test('only sessions from a date on are asked for', async () => {
    const server = await localServer(good())
    await fetchFrom(server, {}, '2025-12-29')
    const [{ query, body }] = server.asked as [LocalServer['asked'][number]]
    const asked = `${query} ${body}`
    expect(asked).toMatch(/2025-12-29|20251229|compact|period1=1766880000/)
  })

  test('the source of the format is named', () => {
    expect(format.sources.every((source) => source.startsWith('https://'))).toBe(true)
  })
})

test.each(['tushare', 'tiingo', 'alphavantage'])(
  '%s without a key names the variable, and asks nobody',
  async (name) => {
    const error = await createProviders()
      .get(name)
      .fetchBars({ symbol: 'X', now })
      .catch((reason) => reason)
    expect(error.message).toMatch(/needs a key: set (TUSHARE_TOKEN|TIINGO_API_KEY|ALPHAVANTAGE_API_KEY)/)
  },
)
