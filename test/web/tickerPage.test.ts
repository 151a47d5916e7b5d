import { expect, test } from 'vitest'
import { tickers } from '../../src/db/schema.js'
import { marketApp } from '../support/marketApp.js'

test('holds forecast, baselines, verdict with p-values, record, outcomes, model card and quality', async () => {
  const { text } = await marketApp()
  const html = await text('/tickers/ACME')
  for (const part of [
    'Forecast for Mon 16 Jun',
    'garch',
    'p = 0.012',
    'Clark–West',
    'Over 60 sessions',
    'outside 95\u202f%',
    'ACME-live-9a27',
    'ACME-backtest-4f1c',
    'c9e8d7f6a5b4',
    '5 new sessions since the last training',
    'close 0 is not a positive price',
    '12 Mar 2025',
  ])
    expect(html).toContain(part)
})

test('shows what a ticker without any data has: nothing yet', async () => {
  const { app, db } = await marketApp()
  await db
    .insert(tickers)
    .values({ symbol: 'NEW', provider: 'csv', exchange: 'XNYS', timezone: 'UTC', isSample: false })
  const response = await app.request('/tickers/NEW')
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('No forecast yet')
  expect((await app.request('/api/v1/tickers/NEW/history')).status).toBe(200)
})

test('asks the browser to reload once a newer forecast exists', async () => {
  const { app } = await marketApp()
  const seen = (asOf: string) => app.request(`/partials/tickers/ACME/next?seen=${asOf}`)
  expect((await seen('2025-06-13')).headers.get('HX-Refresh')).toBeNull()
  expect((await seen('2025-06-12')).headers.get('HX-Refresh')).toBe('true')
})

test('windows, ranges and baselines are chosen by the address', async () => {
  const { app, text } = await marketApp()
  const html = await text('/tickers/ACME?window=250&figure=coverage_95&range=3m&vs=garch&vs=hist')
  expect(html).toContain('Over 250 sessions')
  expect(html).toContain('/scores?window=250&amp;figure=coverage_95&amp;vs=garch&amp;vs=hist')
  expect(html).toContain('/history?range=3m')
  for (const bad of ['window=21', 'range=2y', 'figure=luck'])
    expect((await app.request(`/tickers/ACME?${bad}`)).status).toBe(400)
})

test('every plot has its figures as a table: prices and volume, rolling figures, calibration', async () => {
  const { text, sql } = await marketApp()
  const html = await text('/tickers/ACME?window=60&figure=mae')
  const [bar] = await sql`select volume from bars where ticker = 'ACME' order by session desc limit 1`
  expect(html).toContain(Number(bar!.volume).toLocaleString('en-US').replaceAll(',', '\u202f'))
  expect(html).toMatch(/MAE, as the window moved on.*<th scope="row">12 Jun 2025<\/th><td class="num">0\.\d{4}<\/td>/s)
  expect(html).toMatch(/Where the last 250 outcomes fell.*2\.5\u202f% to 5\u202f%/s)
})

test('says what was told about this ticker, and to whom', async () => {
  const { text, sql } = await marketApp()
  expect(await text('/tickers/ACME')).toContain('Nobody was told anything about this ticker yet.')
  const [endpoint] = await sql`
    insert into alert_endpoints (name, channel, address, sealed) values ('Desk <b>', 'webhook', 'https://desk', '\\x00') returning id`
  const payload = { type: 'forecast.large_move', data: { ticker: 'ACME', title: 'ACME may move <i>' } }
  await sql`insert into alerts (id, endpoint_id, subject, payload, status, due_at, created_at)
    values ('msg_1', ${endpoint!.id}, 's', ${JSON.stringify(payload)}::text::jsonb, 'dead', now(), '2025-06-13T21:59:30Z')`
  const html = await text('/tickers/ACME')
  expect(html).toContain('ACME may move &lt;i&gt;')
  expect(html).toMatch(/given up.*to Desk &lt;b&gt; \(webhook\)/s)
  expect(await text('/tickers/BOREAL')).toContain('Nobody was told anything about this ticker yet.')
})

test('the model card tells the lineage, since when the model serves, who challenges it, and whether it drifts', async () => {
  const { text, sql } = await marketApp()
  const test = { asOf: '2025-06-12', n: 31, pinball: 0.187, servedPinball: 0.19, pValue: 0.12, marginPct: 1 }
  const drift = { asOf: '2025-06-12', n: 44, statistic: 1.2, threshold: 5, alarmAsOf: null, lossRatio: 1.04 }
  await sql`insert into champions (ticker, lineage, cause, reason, since)
    values ('ACME', 'ACME-backtest-4f1c', 'first', 'nothing was there before', '2025-04-11T21:58:00Z')`
  await sql`insert into trials (lineage, ticker, test, began_at)
    values ('ACME-live-9a27', 'ACME', ${JSON.stringify(test)}::text::jsonb, '2025-05-02T21:58:00Z')`
  await sql`insert into drift_states values ('ACME', ${JSON.stringify(drift)}::text::jsonb)`
  const html = await text('/tickers/ACME')
  expect(html).toMatch(/Lineage.*ACME-live-9a27.*ACME-backtest-4f1c.*Serving/s)
  expect(html).toContain('Since 11 Apr 2025: the first model. ')
  expect(html).toContain('pinball 0.1870 against 0.1900 served, over 31 sessions, p = 0.12')
  expect(html).toContain('Losses lately are 1.04 times what the forecasts said')
})

test('a forecast that knows it says how large a move is expected, what the worst days cost, and how it was calibrated', async () => {
  const { text, sql } = await marketApp()
  await sql`insert into tickers (symbol, provider, exchange, timezone, is_sample) values ('NEW', 'csv', 'XNYS', 'UTC', false)`
  const { id: _, ...model } = (await sql`select * from models where id = 'ACME-live-9a27'`)[0]!
  await sql`insert into models ${sql({ ...model, id: 'NEW-1', ticker: 'NEW', parent: null, options: JSON.stringify({}), rebased_at: null } as never)}`
  await sql`insert into forecasts (ticker, as_of, target, model, data_hash, forecaster, origin, last_close, mean, quantiles,
      p_up, p_large_move, move_threshold_pct, expected_move, shortfall_lower, shortfall_upper, calibration)
    values ('NEW', '2025-06-13', '2025-06-16', 'NEW-1', 'h', 'mamba', 'live', 10, 0, '{-3,-2,-1,-0.5,0,0.5,1,2,3}',
      0.5, 0.1, 2, 0.82, -3.4, 3.1, '{"logStretch":[0.0953,0,0,0],"sessions":120,"since":"2025-01-02"}')`
  const html = await text('/tickers/NEW')
  expect(html).toMatch(/Expected move.*0\.82\u202f%/s)
  expect(html).toMatch(/\u22123\.40\u202f%.*best 5\u202f% \+3\.10/s)
  expect(html).toContain('Learnt from 120 settled forecasts: the 95\u202f% interval × 1.100')
})
