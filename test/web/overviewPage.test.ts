import { expect, test } from 'vitest'
import { overviewRows } from '../../src/db/overview.js'
import { marketApp } from '../support/marketApp.js'
import { MARKET_NOW } from '../support/marketForecasts.js'
import { beginRun, changeRun } from '../support/runStates.js'
import { cloneDatabase } from '../support/testDatabase.js'

const rowsOf = (html: string) =>
  [...html.matchAll(/class="col-ticker"><a href="\/tickers\/[^"]*"><bdi>(.*?)<\/bdi>/g)].map(([, symbol]) => symbol)

test('shows each ticker with forecast, interval, chances, record beside a baseline, and verdict', async () => {
  const { text, db } = await marketApp()
  const html = await text('/')
  const [acme] = await overviewRows(db, 'mamba', 60)
  expect(rowsOf(html)).toEqual(['ACME', 'BOREAL', 'SAMPLE-A'])
  expect(html).toContain(acme!.lastBar!.close.toFixed(2))
  expect(html).toContain(`${Math.round(acme!.forecast!.pLargeMove * 100)}\u202f%`)
  expect(html).toContain(acme!.figures.mamba!.pinball.toFixed(3))
  expect(html).toContain(`har ${acme!.figures.har!.pinball.toFixed(3)}`)
  expect(html).toContain('skill shown: range')
  expect(html).toContain('Mon 16 Jun')
})

test('says "no demonstrated skill" unless a verdict says otherwise, and marks sample and stale data', async () => {
  const { text } = await marketApp()
  const html = await text('/')
  expect(html.match(/>no demonstrated skill<\/span>/g)).toHaveLength(2)
  expect(html.match(/class="tag sample"/g)).toHaveLength(1)
  expect(html).toContain('Sample data.')
  expect(html).toContain('stale by 11 days')
})

test('sorts and filters by its address alone, and refuses what it does not know', async () => {
  const { app, text } = await marketApp()
  expect(rowsOf(await text('/?sort=symbol&dir=desc'))).toEqual(['SAMPLE-A', 'BOREAL', 'ACME'])
  expect(rowsOf(await text('/?sort=move&dir=desc'))[0]).toBe('ACME')
  expect(rowsOf(await text('/?verdict=skill'))).toEqual(['ACME'])
  expect(rowsOf(await text('/?q=bor&verdict=&sort='))).toEqual(['BOREAL'])
  expect(await text('/?q=nothing')).toContain('No ticker matches')
  const refused = await app.request('/?sort=luck')
  expect(refused.status).toBe(400)
  expect(await refused.text()).toContain('sort')
})

test('the partial that is polled is the very section of the page', async () => {
  const { text } = await marketApp()
  expect(await text('/?sort=move')).toContain(await text('/partials/board?sort=move'))
})

test('polls fast while a run is under way and slowly when idle', async () => {
  const { text, db } = await marketApp()
  expect(await text('/')).toContain('hx-trigger="every 30s, run-progress')
  await beginRun(db, { ACME: { stage: 'train', done: 3, total: 100, loss: 0.31 } })
  const running = await text('/')
  expect(running).toContain('hx-trigger="every 2s, run-progress')
  expect(running).toContain('epoch 3 of 100 · loss 0.3100')
})

test('tells a silent, a failed and an interrupted run apart', async () => {
  const { text, db } = await marketApp()
  await beginRun(db, { ACME: { stage: 'ingest', done: 0, total: 1 } })
  await changeRun(db, { heartbeatAt: new Date('2025-06-13T21:40:00Z') })
  expect(await text('/')).toContain('The run has gone silent')
  await changeRun(db, { status: 'failed', error: 'the disk is full', progress: {}, finishedAt: MARKET_NOW })
  expect(await text('/')).toContain('the disk is full')
  await changeRun(db, { status: 'interrupted', error: null })
  expect(await text('/')).toContain('cut off')
})

test('an empty database explains itself', async () => {
  const { text } = await marketApp(cloneDatabase)
  const html = await text('/')
  expect(html).toContain('No tickers yet')
  expect(html).toContain('No run yet')
  expect(html).toContain('hx-trigger="every 2s, run-progress')
})

test('the market in brief: its fan, the likeliest large moves, and what came of the last forecasts', async () => {
  const { text } = await marketApp()
  const html = await text('/')
  expect(html).toContain('Mean of 1 ticker on Mon 16 Jun')
  expect(html).toMatch(/Largest moves expected.*ACME.*18\u202f%/s)
  expect(html).toContain('Fri 13 Jun: 0 of 1 close inside 80\u202f%, 0 inside 95')
  expect(html).toContain('Skill shown: 1 in the range, 0 in the mean, of 2 judged')
  expect(html).toContain('chance alone would show up to 0.1 of each')
  expect(await text('/?q=acme')).not.toContain('class="brief"')
})

test('each row shows what came of its last forecast, how its state is, and its last closes as a line', async () => {
  const { text, sql } = await marketApp()
  await sql`insert into ticker_pauses (ticker) values ('SAMPLE-A')`
  const html = await text('/')
  const [acme] = (await sql`
    select o.return_pct, o.return_pct - f.mean as error from outcomes o
    join forecasts f on f.ticker = o.ticker and f.as_of = o.as_of and f.forecaster = 'mamba'
    where o.ticker = 'ACME' order by o.as_of desc limit 1`) as unknown as [{ return_pct: number; error: number }]
  expect(html).toContain(`error ${acme.error.toFixed(2).replace('-', '\u2212')}\u202f%`)
  expect(html).toContain('outside 95\u202f%</span>')
  expect(html.match(/<polyline points="[^"]+"><\/polyline><circle/g)).toHaveLength(3)
  expect(html).toContain('>paused</span>')
  expect(rowsOf(await text('/?state=paused'))).toEqual(['SAMPLE-A'])
  expect(rowsOf(await text('/?state=stale'))).toEqual(['BOREAL'])
  expect(rowsOf(await text('/?exchange=XNYS'))).toEqual(['ACME', 'BOREAL'])
})

test('a long table is cut into pages that keep filter and order', async () => {
  const { text, sql } = await marketApp()
  await sql`insert into tickers (symbol, provider, exchange, timezone, is_sample)
    select 'T' || lpad(i::text, 3, '0'), 'csv', 'XNYS', 'UTC', false from generate_series(1, 120) i`
  const first = await text('/?q=T&dir=desc')
  expect(rowsOf(first)).toHaveLength(50)
  expect(first).toContain('120 of 123 tickers.')
  expect(first).toContain('href="/?q=T&amp;dir=desc&amp;page=3"')
  expect(rowsOf(await text('/?q=T&dir=desc&page=3'))).toEqual(
    Array.from({ length: 20 }, (_, i) => `T${String(20 - i).padStart(3, '0')}`),
  )
  expect(rowsOf(await text('/?q=T&page=99'))).toHaveLength(20)
})

test('a market whose first forecasts are not settled yet, and one without bars, show what there is', async () => {
  const { app, sql } = await marketApp()
  const shown = async () => {
    const response = await app.request('/')
    expect(response.status).toBe(200)
    return response.text()
  }
  for (const table of ['verdicts', 'scores', 'outcomes', 'bars']) {
    await sql`delete from ${sql(table)}`
    expect(rowsOf(await shown())).toEqual(['ACME', 'BOREAL', 'SAMPLE-A'])
  }
  const html = await shown()
  expect(html).toContain('No forecast is settled yet.')
  expect(html).toContain('Mean of 1 ticker on Mon 16 Jun')
  for (const symbol of ['ACME', 'BOREAL']) expect((await app.request(`/tickers/${symbol}`)).status).toBe(200)
})
