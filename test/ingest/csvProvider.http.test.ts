import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { ProviderError, UserError } from '../../src/domain/errors.js'
import { createCsvProvider } from '../../src/ingest/csvProvider.js'
import { createHttpClient } from '../../src/ingest/http/httpClient.js'

const now = new Date('2026-01-05T12:00:00Z')
const TEXT = 'date,open,high,low,close,volume\n2024-01-02,10,11,9,10.5,100\n'
let server: Server | undefined

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function serve(listener: RequestListener, http = {}) {
  server = createServer(listener)
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = createHttpClient({ attempts: 1, ...http })
  const location = `http://127.0.0.1:${port}/bars/{symbol}.csv?key={env:BARS_KEY}`
  return createCsvProvider({ location, client, environment: (name) => (name === 'BARS_KEY' ? 'secret' : undefined) })
}

const failure = async (provider: Awaited<ReturnType<typeof serve>>, more = {}) => {
  const error = await provider.fetchBars({ symbol: 'X', now, ...more }).then(
    () => null,
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(Error)
  expect(error.message).not.toContain('secret')
  return error
}

test('the symbol is put into the URL, and the answer is read as it arrives', async () => {
  const asked: (string | undefined)[] = []
  const provider = await serve((request, response) => {
    asked.push(request.url)
    for (const character of TEXT) response.write(character)
    response.end()
  })
  const { bars } = await provider.fetchBars({ symbol: '^GSPC', now })
  expect(bars).toHaveLength(1)
  expect(asked).toEqual(['/bars/%5EGSPC.csv?key=secret'])
  expect(await provider.list()).toEqual([])
})

test('refused rows name the URL without its query', async () => {
  const provider = await serve((_, response) => response.end(`${TEXT}2024-01-03,x,11,9,10.5,100\n`))
  const { refused } = await provider.fetchBars({ symbol: 'X', now })
  expect(refused).toMatchObject([
    { line: 3, source: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/bars\/X\.csv$/) },
  ])
})

test.each([
  [404, false, /answered 404 \(is the symbol right\?\)/],
  [401, false, /answered 401 \(the key was not accepted\)/],
  [400, false, /answered 400/],
  [408, true, /answered 408/],
  [429, true, /answered 429/],
  [500, true, /answered 500/],
  [503, true, /answered 503/],
])('status %i: retryable %s', async (status, retryable, message) => {
  const provider = await serve((_, response) => response.writeHead(status).end('no'))
  const error = await failure(provider)
  expect(error).toBeInstanceOf(ProviderError)
  expect(error).toMatchObject({ retryable, message: expect.stringMatching(message) })
})

test('an answer that never begins or never ends runs into the time limit, and may be tried again', async () => {
  for (const start of ['', TEXT]) {
    const provider = await serve((_, response) => void (start && response.write(start)), { timeoutMs: 200 })
    expect(await failure(provider)).toMatchObject({ retryable: true, message: expect.stringMatching(/within 200 ms/) })
  }
})

test('a connection that breaks off may be tried again, and gives no bars', async () => {
  const provider = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 1000 })
    response.write(TEXT, () => response.destroy())
  })
  expect(await failure(provider)).toMatchObject({ name: 'UserError', retryable: true })
})

test('a server that is not there may be tried again', async () => {
  const provider = await serve(() => {})
  await new Promise((resolve) => server!.close(resolve))
  expect(await failure(provider)).toMatchObject({ retryable: true, message: expect.stringMatching(/ECONNREFUSED/) })
})

test('an answer above the byte limit is given up', async () => {
  const provider = await serve((_, response) => response.end(TEXT.repeat(1000)), { maxResponseBytes: 5000 })
  expect(await failure(provider)).toMatchObject({
    retryable: false,
    message: expect.stringMatching(/limit of 5000 bytes/),
  })
})

test('a page that is no CSV is told apart from bars', async () => {
  const provider = await serve((_, response) => response.end('<html><body>Please log in</body></html>'))
  expect(await failure(provider)).toMatchObject({
    retryable: false,
    message: expect.stringMatching(/its header lacks/),
  })
})

test('an abort by the caller comes back as the caller’s own reason', async () => {
  const controller = new AbortController()
  const provider = await serve((_, response) => {
    response.write(TEXT)
    controller.abort(new Error('shutting down'))
  })
  expect((await failure(provider, { signal: controller.signal })).message).toBe('shutting down')
})

test('a URL without {symbol} is refused at once', () => {
  expect(() => createCsvProvider({ location: 'https://host/all.csv' })).toThrow(UserError)
})

test.each([
  'https://host/{symbol}.csv?apikey=s3cret',
  'https://me:s3cret@host/{symbol}.csv',
  'https://host/?s={symbol}&token=s3cret',
])('a location that holds a key is refused, since it would be stored: %s', (location) => {
  const make = () => createCsvProvider({ location })
  expect(make).toThrow(/write \{env:NAME\} in its place/)
  expect(make).not.toThrow(/s3cret/)
})

test('a variable that a location needs is named when it is not set', async () => {
  const provider = createCsvProvider({ location: 'http://127.0.0.1:1/{symbol}.csv?key={env:BARS_KEY}' })
  await expect(provider.fetchBars({ symbol: 'X', now })).rejects.toThrow(/needs BARS_KEY, which is not set/)
})

test('a file that has not changed is not sent again', async () => {
  const asked: (string | undefined)[] = []
  const provider = await serve((request, response) => {
    asked.push(request.headers['if-none-match'])
    if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end()
    else response.writeHead(200, { etag: '"1"' }).end(TEXT)
  })
  const { validators } = await provider.fetchBars({ symbol: 'X', now })
  expect(await provider.fetchBars({ symbol: 'X', now, validators })).toMatchObject({ bars: [], notModified: true })
  await provider.fetchBars({ symbol: 'Y', now, validators })
  expect(asked).toEqual([undefined, '"1"', undefined])
})
