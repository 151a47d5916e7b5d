import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { interruptDeadRuns } from '../../src/db/abandonedRuns.js'
import { connect } from '../../src/db/database.js'
import { beginRun, endRun, finishTicker, saveProgress } from '../../src/db/runs.js'
import { NOTHING_DONE } from '../../src/domain/run.js'
import { createApp } from '../../src/web/app.js'
import { LOOPBACK } from '../support/access.js'
import { cloneMarket } from '../support/marketFixture.js'
import { MARKET_NOW } from '../support/marketForecasts.js'

const ORIGIN = 'http://127.0.0.1:3000'
const BEGUN = new Date('2025-06-13T22:03:00Z')
const facts = { ...NOTHING_DONE, asOf: '2025-06-13', inserted: 1, settled: 8 }

async function market() {
  const { url, drop } = await cloneMarket()
  const database = connect(url, 4)
  onTestFinished(async () => {
    await database.close()
    await drop()
  })
  const { db, queue } = database
  const tickers = ['ACME', ...Array.from({ length: 9 }, (_, i) => `<i>${i}`)]
  const missedRuns = async () => [{ exchange: 'XNYS', dueAt: new Date('2025-06-13T20:30:00Z'), tickers }]
  const log = pino({ level: 'silent' })
  const app = createApp({
    db,
    now: () => MARKET_NOW,
    version: '1.2.3',
    log,
    access: LOOPBACK,
    runs: { queue },
    missedRuns,
  })
  const post = (path: string, body: Record<string, string> = {}) =>
    app.request(`${ORIGIN}${path}`, {
      method: 'POST',
      body: new URLSearchParams(body),
      headers: { origin: ORIGIN, host: '127.0.0.1:3000' },
    })
  return { ...database, app, post, text: async (path: string) => (await app.request(path)).text() }
}

/** A run of three tickers: one training, one failed, one that waits. */
async function runUnderWay({ db }: Awaited<ReturnType<typeof market>>): Promise<string> {
  const id = randomUUID()
  const tickers = ['ACME', 'BOREAL', 'SAMPLE-A']
  await beginRun(db, { id, trigger: 'schedule', exchange: 'XNYS', isQueued: true, tickers, now: BEGUN })
  const seconds = (s: number) => new Date(BEGUN.getTime() + s * 1000)
  await saveProgress(db, id, { ACME: { stage: 'ingest', done: 0, total: 1 } }, seconds(2))
  await saveProgress(db, id, { ACME: { stage: 'train', done: 3, total: 100, loss: 0.3 } }, seconds(4))
  await saveProgress(
    db,
    id,
    { ACME: { stage: 'train', done: 40, total: 100, loss: 0.2914, secondsLeft: 71 } },
    seconds(40),
  )
  const progress = { stage: 'failed', done: 0, total: 0, message: 'BOREAL: <b>503</b>' } as const
  await finishTicker(db, id, 'BOREAL', { progress, facts }, seconds(5))
  return id
}

test('a run shows stage, epoch, loss and the time that is left, and what went wrong as text', async () => {
  const served = await market()
  const html = await served.text(`/runs/${await runUnderWay(served)}`)
  expect(html).toContain('epoch 40 of 100 · loss 0.2914 · 1\u00a0min 11\u00a0s left')
  expect(html).toContain('BOREAL: &lt;b&gt;503&lt;/b&gt;')
  expect(html).toContain('1 of 3 tickers ended')
  expect(html).toContain('Cancel this run')
  expect(html).toContain('every 2s, run-progress from:body')
})

test('the log of a ticker has one line a stage, however often its progress is told', async () => {
  const served = await market()
  const id = await runUnderWay(served)
  const [acme] = await served.sql`select log from run_tickers where run_id = ${id} and ticker = 'ACME'`
  expect(acme!.log).toEqual([
    { at: '2025-06-13T22:03:02.000Z', stage: 'ingest' },
    { at: '2025-06-13T22:03:04.000Z', stage: 'train' },
  ])
  expect(await served.text(`/runs/${id}`)).toContain('+4\u00a0s</time> training')
})

test('what failed is tried again by a run of its own, which counts for the exchange', async () => {
  const served = await market()
  const id = await runUnderWay(served)
  const progress = { stage: 'done', done: 0, total: 0 } as const
  for (const ticker of ['ACME', 'SAMPLE-A']) await finishTicker(served.db, id, ticker, { progress, facts }, MARKET_NOW)
  await endRun(served.db, id, MARKET_NOW)
  expect(await served.text(`/runs/${id}`)).toContain('Try the failed one again')
  const answer = await served.post(`/runs/${id}/retry`)
  expect(answer.status).toBe(303)
  const [, again] = /^\/runs\/(.+)$/.exec(answer.headers.get('Location')!)!
  expect(await served.sql`select exchange, trigger from runs where id = ${again!}`).toEqual([
    { exchange: 'XNYS', trigger: 'dashboard' },
  ])
  expect(await served.sql`select ticker from run_tickers where run_id = ${again!}`).toEqual([{ ticker: 'BOREAL' }])
  expect((await served.post(`/runs/${id}/retry`, { ticker: 'ACME' })).status).toBe(400)
})

test('the list names every run with how it ended, page by page, and says what was missed', async () => {
  const served = await market()
  const rows = Array.from({ length: 40 }, (_, i) => ({
    ...{ trigger: 'cli', status: 'done', started_at: new Date(Date.UTC(2025, 4, 1, 0, i)).toISOString() },
  }))
  await served.sql`insert into runs ${served.sql(rows)}`
  const html = await served.text('/runs')
  expect(html).toContain('The run of XNYS was missed.')
  expect(html).toMatch(
    /Without a forecast: <a href="\/tickers\/ACME"><bdi>ACME<\/bdi><\/a>, .*&lt;i&gt;6.* and 2 others\./,
  )
  expect(html.match(/<th scope="row">/g)).toHaveLength(30)
  const [, older] = /<a href="(\/runs\?before=[^"]+)">Older/.exec(html)!
  expect((await served.text(older!)).match(/<th scope="row">/g)).toHaveLength(11)
  expect(await served.text('/')).toContain('The run of XNYS was missed.')
})

test('an unknown run, a bad id and a bad moment get a page of their own', async () => {
  const { app } = await market()
  expect((await app.request(`/runs/${randomUUID()}`)).status).toBe(404)
  expect((await app.request('/runs/1')).status).toBe(404)
  expect((await app.request('/runs?before=yesterday')).status).toBe(400)
  const gone = await app.request(`/partials/runs/${randomUUID()}`)
  expect(gone.headers.get('HX-Redirect')).toBe('/runs')
})

test('a run whose process died says which tickers it was cut off from', async () => {
  const { db, text } = await market()
  const id = randomUUID()
  await beginRun(db, { id, trigger: 'cli', exchange: null, isQueued: false, tickers: ['ACME', 'BOREAL'], now: BEGUN })
  await finishTicker(db, id, 'ACME', { progress: { stage: 'done', done: 0, total: 0 }, facts }, BEGUN)
  expect(await interruptDeadRuns(db, MARKET_NOW)).toEqual([id])
  const page = await text(`/runs/${id}`)
  expect(page).toContain('1 of 2 tickers ended')
  expect(page).toContain('cut off')
  expect(page).not.toContain('waiting</span>')
  expect(page).not.toContain('>Again<')
  expect(await text('/runs')).toMatch(/data-label="tickers">1 \/ 2<\/td>/)
})
