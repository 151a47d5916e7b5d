import { pino } from 'pino'
import { expect, test } from 'vitest'
import { noteMissedRun } from '../../../src/db/missedRuns.js'
import { NOTHING_DONE } from '../../../src/domain/run.js'
import { createApp } from '../../../src/web/app.js'
import { LOOPBACK } from '../../support/access.js'
import { marketApp } from '../../support/marketApp.js'
import { MARKET_NOW } from '../../support/marketForecasts.js'

const log = pino({ level: 'silent' })

async function market() {
  const { db, sql, queue } = await marketApp()
  const stop = new AbortController()
  const app = createApp({
    ...{ db, log, version: '1.2.3', now: () => MARKET_NOW },
    access: LOOPBACK,
    runs: { queue },
    events: { sql, signal: stop.signal },
  })
  const post = (path: string, headers: Record<string, string> = {}) =>
    app.request(`http://127.0.0.1${path}`, {
      method: 'POST',
      headers: { origin: 'http://127.0.0.1', host: '127.0.0.1', 'content-type': FORM, ...headers },
    })
  return { app, db, sql, queue, post, stop }
}

const FORM = 'application/x-www-form-urlencoded'

test('metrics tell jobs, runs, the last success, missed runs, errors and coverage', async () => {
  const { app, db, sql, queue } = await market()
  const data = {
    runId: '00000000-0000-0000-0000-000000000000',
    ticker: 'ACME',
    stages: 'all',
    facts: NOTHING_DONE,
  } as const
  await queue.send(db, [{ kind: 'train', data }])
  await sql`insert into exchange_successes values ('XNYS', '2025-06-13T22:00:00Z')`
  await noteMissedRun(db, { exchange: 'XSHG', dueAt: MARKET_NOW, tickers: ['ACME'] }, MARKET_NOW)
  const response = await app.request('/metrics')
  const text = await response.text()
  expect(response.headers.get('Content-Type')).toContain('version=0.0.4')
  for (const line of [
    'mambacast_jobs{kind="train",state="created"} 1',
    'mambacast_queue_depth 1',
    'mambacast_runs_total{status="done"} 1',
    'mambacast_last_success_timestamp_seconds{exchange="XNYS"} 1749852000',
    'mambacast_run_missed{exchange="XNYS"} 0',
    'mambacast_run_missed{exchange="XSHG"} 1',
  ])
    expect(text).toContain(`${line}\n`)
  expect(text).toMatch(/mambacast_forecast_error\{ticker="ACME",figure="pinball"\} 0\.\d+/)
  expect(text).toMatch(/mambacast_forecast_coverage\{ticker="ACME",interval="80"\} 0\.\d+/)
  expect(text).toContain('nodejs_eventloop_lag_seconds')
})

test('a run is started and cancelled by form: its jobs wait in the queue, then they are gone', async () => {
  const { sql, post } = await market()
  expect((await post('/runs')).status).toBe(303)
  const [run] = await sql`select id from runs where trigger = 'dashboard'`
  expect(await sql`select 1 from pgboss.job where state = 'created'`).toHaveLength(3)
  expect((await post(`/runs/${run!.id}/cancel`)).status).toBe(303)
  expect(await sql`select status from runs where id = ${run!.id}`).toEqual([{ status: 'cancelled' }])
  expect(await sql`select 1 from pgboss.job where state = 'created'`).toHaveLength(0)
})

test('a ticker is paused and resumed by form', async () => {
  const { sql, post } = await market()
  await post('/tickers/ACME/pause')
  expect(await sql`select ticker from ticker_pauses`).toEqual([{ ticker: 'ACME' }])
  await post('/tickers/ACME/resume')
  expect(await sql`select ticker from ticker_pauses`).toEqual([])
})

test('another site can neither start nor cancel a run', async () => {
  const { sql, post } = await market()
  expect((await post('/runs', { origin: 'http://evil.example' })).status).toBe(403)
  expect(await sql`select 1 from runs where trigger = 'dashboard'`).toHaveLength(0)
})

test('progress reaches an open page as an event, and a server that stops ends the stream', async () => {
  const { app, post, stop } = await market()
  const response = await app.request('/events')
  expect(response.headers.get('Content-Type')).toContain('text/event-stream')
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader.read()).value).toContain('event: hello')
  let text = ''
  while (!text.includes('event: progress')) {
    await post('/runs')
    text += (await reader.read()).value
  }
  stop.abort()
  for (let part = await reader.read(); !part.done; ) part = await reader.read()
})
