import { expect, test } from 'vitest'
import { createProviders } from '../../../src/ingest/providers.js'
import { type Answer, localServer, says } from '../localServer.js'
import { days, FORMATS } from '../providerFormats.js'

const now = new Date('2026-01-05T12:00:00Z')
const yahoo = FORMATS.find(({ name }) => name === 'yahoo')!
const http = { backoffMs: 1, maxBackoffMs: 2, attempts: 2 }
const good: Answer = (asked, response) => void response.end(yahoo.body(days(10), asked))

test('when refused, a cookie and a crumb are fetched once and sent from then on', async () => {
  const server = await localServer((asked, response) => {
    if (asked.path === '/cookie') response.writeHead(404, { 'set-cookie': 'A3=c00kie; Domain=.yahoo.com' }).end()
    else if (asked.path === '/v1/test/getcrumb') response.end(asked.headers.cookie === 'A3=c00kie' ? 'cr/umb' : '')
    else if (asked.query.get('crumb') === 'cr/umb' && asked.headers.cookie === 'A3=c00kie') good(asked, response)
    else response.writeHead(401).end(yahoo.denied)
  })
  const provider = createProviders({ http, ...yahoo.settings(server.url) }).get('yahoo')
  for (const symbol of ['A', 'B']) expect((await provider.fetchBars({ symbol, now })).bars).toHaveLength(10)
  expect(server.asked.map(({ path }) => path)).toEqual([
    ...['/v8/finance/chart/A', '/cookie', '/v1/test/getcrumb', '/v8/finance/chart/A'],
    '/v8/finance/chart/B',
  ])
})

test('a page in place of a crumb is told as such', async () => {
  const server = await localServer((asked, response) =>
    asked.path.startsWith('/v8') ? void response.writeHead(403).end() : void response.end('<html>consent</html>'),
  )
  const provider = createProviders({ http, ...yahoo.settings(server.url) }).get('yahoo')
  await expect(provider.fetchBars({ symbol: 'A', now })).rejects.toThrow('yahoo A: refused, and no crumb was given')
})

test('the second server is asked when the first one does not answer', async () => {
  const [first, second] = [await localServer(says('', 503)), await localServer(good)]
  const settings = { http, yahoo: { baseUrls: [first.url, second.url] } }
  const { bars } = await createProviders(settings).get('yahoo').fetchBars({ symbol: 'A', now })
  expect(bars).toHaveLength(10)
  expect(first.asked).toHaveLength(2)
})

test('Shanghai is asked for by the suffix that Yahoo gives it', async () => {
  const server = await localServer(good)
  await createProviders(yahoo.settings(server.url)).get('yahoo').fetchBars({ symbol: '601988.SH', now })
  expect(server.asked[0]).toMatchObject({ path: '/v8/finance/chart/601988.SS' })
  expect(Object.fromEntries(server.asked[0]!.query)).toMatchObject({ interval: '1d', events: 'div,splits' })
})
