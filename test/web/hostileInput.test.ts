import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../../src/db/database.js'
import { LOOPBACK } from '../support/access.js'
import { guardedApp } from '../support/guardedApp.js'
import { cloneMarket } from '../support/marketFixture.js'
import { everyPart, HOSTILE, spoilMarket } from '../support/spoiledMarket.js'
import { cloneDatabase } from '../support/testDatabase.js'

const SQL_ISH = ["'; drop table tickers; --", '%00', '%FF', '\\', '*', '-1', '1e999', 'NaN', 'null', '[]']
const encoded = (value: string) => (value.startsWith('%') ? value : encodeURIComponent(value))

let template: Awaited<ReturnType<typeof cloneDatabase>>
beforeAll(async () => {
  template = await cloneMarket()
  const database = connect(template.url, 2)
  await spoilMarket(database)
  await database.close()
}, 60_000)
afterAll(() => template?.drop())

async function spoiledApp() {
  const app = await guardedApp(LOOPBACK, { clone: () => cloneDatabase(template.url), parts: everyPart })
  return { ...app, ask: (path: string) => app.get(path, { host: 'localhost' }) }
}

type SpoiledApp = Awaited<ReturnType<typeof spoiledApp>>

/** What is wrong with an answer, in words. */
async function faultsOf(path: string, response: Response): Promise<string[]> {
  const where = path.slice(0, 120)
  const type = response.headers.get('content-type') ?? ''
  const text = await response.text()
  const isProblem = type.includes('problem+json')
  const wrong: [boolean, string][] = [
    [response.status >= 500, `${response.status}`],
    [/\n\s+at \S+ \(|node_modules\/|\/src\/\w+\/|PostgresError|Failed query/.test(text), 'tells of its inside'],
    [type.includes('html') && /<script>alert|<img src=x|<svg onload|<b>x/.test(text), 'holds markup of others'],
    [response.status >= 400 && path.startsWith('/api') !== isProblem, `${response.status} as ${type}`],
    [isProblem && JSON.parse(text).status !== response.status, 'another status in the problem'],
  ]
  return wrong.flatMap(([isWrong, what]) => (isWrong ? [`${where}: ${what}`] : []))
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&amp;': '&', '&#39;': "'", '&quot;': '"', '&lt;': '<', '&gt;': '>' },
}
const unescaped = (text: string) => text.replaceAll(/&[a-z#0-9]+;/g, (entity) => ENTITIES[entity]!)

test('from the first page on, every page that a link leads to shows hostile names and messages as text', async () => {
  const { ask, logged } = await spoiledApp()
  const [seen, queue, faults]: [Set<string>, string[], string[]] = [new Set(), ['/'], []]
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (seen.has(shape(path))) continue
    seen.add(shape(path))
    const response = await ask(path)
    const html = response.headers.get('content-type')?.includes('html') ? await response.clone().text() : ''
    if (response.status !== 200) faults.push(`${path.slice(0, 120)}: a link leads to ${response.status}`)
    faults.push(...(await faultsOf(path, response)))
    const links = [...html.matchAll(/(?:href|hx-get|data-src)="(\/[^"]*)"/g)].map(([, link]) => unescaped(link!))
    queue.push(...links.map((link) => link.split('#')[0]!).filter((link) => !link.startsWith('/assets/')))
  }
  expect(faults).toEqual([])
  expect(seen.size).toBeGreaterThan(30)
  expect([...seen].filter((path) => /script|img/.test(path)).length).toBeGreaterThan(5)
  expect(logged).toEqual([])
}, 120_000)

/** Pages that differ only in how they are sorted are visited once for each key, not for each pair of keys. */
function shape(path: string): string {
  const url = new URL(path, 'http://localhost')
  return `${url.pathname}?${[...url.searchParams.keys()].sort().join('&')}`
}

/** Every route that can be read. */
const readable = (app: SpoiledApp['app']): string[] => [
  ...new Set(app.routes.flatMap(({ method, path }) => (method === 'GET' && !path.includes('*') ? [path] : []))),
]

/** The address of a route with `value` in place of each parameter. */
const fill = (route: string, value: string): string => route.replaceAll(/:\w+(\{[^}]*\}+)?/g, () => value)

test('whatever stands in the address of any route, the answer is a page or a problem of the right status', async () => {
  const { app, ask, logged } = await spoiledApp()
  const faults: string[] = []
  for (const route of readable(app).filter((one) => one.includes(':')))
    for (const value of [...HOSTILE, ...SQL_ISH]) {
      const path = fill(route, encoded(value))
      faults.push(...(await faultsOf(path, await ask(path))))
    }
  expect(faults).toEqual([])
  expect(logged).toEqual([])
}, 120_000)

/** Names that pages know; the API tells its own. */
const PAGE_NAMES = [
  ...['q', 'verdict', 'state', 'exchange', 'sort', 'dir', 'page', 'range', 'window', 'figure', 'vs', 'seen', 'before'],
  ...['ticker', 'to'],
]

test('whatever stands in the query of any route, the answer is a page or a problem of the right status', async () => {
  const { app, ask, logged } = await spoiledApp()
  const { paths } = (await (await ask('/api/v1/openapi.json')).json()) as {
    paths: Record<string, { get?: { parameters?: { name: string; in: string }[] } }>
  }
  const namesOf = (route: string): string[] =>
    route.startsWith('/api/')
      ? (paths[route.replaceAll(/:(\w+)/g, '{$1}')]?.get?.parameters ?? [])
          .filter((parameter) => parameter.in === 'query')
          .map(({ name }) => name)
      : PAGE_NAMES
  const values = [...HOSTILE.slice(0, 6), ...SQL_ISH, '2025-13-45', '0']
  const faults: string[] = []
  let asked = 0
  for (const route of readable(app))
    for (const name of namesOf(route)) {
      for (const value of [encoded(values[asked++ % values.length]!), 'a%00b']) {
        const address = `${fill(route, 'ACME')}?${name}=${value}`
        faults.push(...(await faultsOf(address, await ask(address))))
      }
    }
  expect(faults).toEqual([])
  expect(asked).toBeGreaterThan(200)
  expect(logged).toEqual([])
}, 120_000)

const FIELDS = [
  ...['name', 'channel', 'target.url', 'template', 'events', 'tickers', 'symbols', 'source', 'since', 'ticker'],
  ...['password', 'to', 'back', 'reason'],
]

test('whatever is posted to any route, the answer is a page or a problem of the right status', async () => {
  const { app, post, logged } = await spoiledApp()
  const faults: string[] = []
  const changes = app.routes.filter(({ method, path }) => ['POST', 'DELETE'].includes(method) && !path.includes('*'))
  for (const value of HOSTILE.slice(0, 6))
    for (const { path } of changes) {
      const address = fill(path, encoded(value))
      const fields = Object.fromEntries(FIELDS.map((name) => [name, value]))
      faults.push(...(await faultsOf(address, await post(address, fields, { host: 'localhost' }))))
    }
  expect(faults).toEqual([])
  expect(logged.filter((line) => !line.includes('login'))).toEqual([])
}, 120_000)

test('a body that is too large, broken or of another kind is refused as such', async () => {
  const { app } = await guardedApp(LOOPBACK)
  const send = (body: string, type: string) => {
    const headers = { 'content-type': type, 'sec-fetch-site': 'same-origin' }
    return app.request('http://localhost/login', { method: 'POST', body, headers })
  }
  const big = await send('x'.repeat(70_000), 'application/x-www-form-urlencoded')
  expect([big.status, await big.text()]).toEqual([413, expect.stringContaining('too large')])
  const broken = await send('{"broken', 'multipart/form-data; boundary=x')
  expect([broken.status, await broken.text()]).toEqual([400, expect.stringContaining('The form cannot be read.')])
  expect((await send('a=b', 'text/plain')).status).toBe(401)
})
