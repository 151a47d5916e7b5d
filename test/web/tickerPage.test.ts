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
