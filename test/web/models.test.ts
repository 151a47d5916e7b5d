import { afterEach, beforeEach, expect, test } from 'vitest'
import { championOf } from '../../src/db/champions.js'
import type { Db } from '../../src/db/database.js'
import { CHAMPION, FORMER, fillLifecycle, PASSING, RETIRED, TUNED, YOUNG } from '../support/lifecycleFixture.js'
import { cloneMarket } from '../support/marketFixture.js'
import { type ServedMarket, serveMarket } from '../support/servedMarket.js'

let market: ServedMarket
let db: Db
const same = { 'sec-fetch-site': 'same-origin' }
const get = async (path: string) => (await fetch(market.url + path)).text()
const post = (path: string, headers: Record<string, string> = same) =>
  fetch(market.url + path, { method: 'POST', headers, redirect: 'manual' })

beforeEach(async () => {
  market = await serveMarket(await cloneMarket())
  db = market.db
  await fillLifecycle(db)
})
afterEach(() => market.end())

test('the page tells who serves and why, who is on trial and how they compare, and that losses drift', async () => {
  const html = await get('/models')
  expect(html).toContain('not worse over 22 sessions')
  expect(html).toContain('losses drift')
  expect(html).toContain('Page–Hinkley 16.2 of 15 over 44 sessions')
  expect(html).toContain('fine-tuned: 3 sessions after the last full training')
  for (const id of [CHAMPION, TUNED, PASSING, YOUNG, RETIRED]) expect(html).toContain(`title="${id}"`)
  expect(html.indexOf(YOUNG)).toBeLessThan(html.indexOf(PASSING))
  expect(html).toContain('a newer model was promoted')
  expect(html).toContain('<dt>On trial</dt><dd>nobody</dd>')
})

test('promoting a challenger lets it serve, ends its trial, and can be rolled back', async () => {
  const promoted = await post(`/models/${PASSING}/promote`)
  expect([promoted.status, promoted.headers.get('location')]).toEqual([303, '/models?ticker=ACME'])
  expect(await championOf(db, 'ACME')).toMatchObject({ lineage: PASSING, cause: 'promoted' })
  expect(await get('/models?ticker=ACME')).toContain(`promoted by hand in place of ${CHAMPION}`)
  expect((await post('/tickers/ACME/rollback')).status).toBe(303)
  expect(await championOf(db, 'ACME')).toMatchObject({ lineage: CHAMPION, cause: 'rolled back' })
  expect((await post('/tickers/ACME/rollback')).status).toBe(303)
  expect(await championOf(db, 'ACME'), 'back to who served before it first did').toMatchObject({ lineage: FORMER })
  const last = await post('/tickers/ACME/rollback')
  expect([last.status, await last.text()]).toEqual([400, expect.stringContaining('no other model served before')])
})

test('the weights of one that was fine-tuned stand for its full training', async () => {
  await post('/tickers/ACME/rollback')
  expect((await post(`/models/${TUNED}/promote`)).status).toBe(303)
  expect(await championOf(db, 'ACME')).toMatchObject({ lineage: CHAMPION })
})

test('what cannot serve is refused in words, and changes nothing', async () => {
  const before = await championOf(db, 'ACME')
  for (const [path, status, says] of [
    [`/models/${CHAMPION}/promote`, 400, 'serves already'],
    ['/models/nobody/promote', 400, 'no model nobody that could serve'],
    ['/models/ACME-backtest-4f1c/promote', 400, 'no model ACME-backtest-4f1c that could serve'],
    ['/models/ACME-live-9a27/promote', 400, 'meant something else'],
    ['/tickers/BOREAL/rollback', 400, 'no other model served before'],
    ['/tickers/NOBODY/rollback', 404, 'Nothing here'],
  ] as const) {
    const answer = await post(path)
    expect([path, answer.status, (await answer.text()).includes(says)]).toEqual([path, status, true])
  }
  expect(await championOf(db, 'ACME')).toEqual(before)
})

test('no other site can promote a model', async () => {
  expect((await post(`/models/${PASSING}/promote`, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect(await championOf(db, 'ACME')).toMatchObject({ lineage: CHAMPION })
})

test('one ticker can be looked at alone, an unknown one is not found, and pages follow one another', async () => {
  expect(await get('/models?ticker=ACME')).not.toContain('BOREAL')
  expect((await fetch(`${market.url}/models?ticker=NOBODY`)).status).toBe(404)
  expect(await get('/models?after=ACME')).not.toContain('Models of ACME')
  expect(await get('/models?after=ACME')).toContain('Models of BOREAL')
})

test('a promotion is seen at once by who asks again with the ETag of before', async () => {
  const first = await fetch(`${market.url}/models`)
  await first.text()
  await post(`/models/${PASSING}/promote`)
  const etag = first.headers.get('etag')
  const again = await fetch(`${market.url}/models`, { headers: etag ? { 'if-none-match': etag } : {} })
  expect(again.status).toBe(200)
  expect(await again.text()).toContain('promoted by hand')
})
