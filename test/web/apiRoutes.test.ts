import { expect, test } from 'vitest'
import type { ScoreSeries } from '../../src/db/rollingScores.js'
import type { HistoryView } from '../../src/web/api/historyView.js'
import { marketApp } from '../support/marketApp.js'

test('history holds display prices, outcomes and the fan of the next session', async () => {
  const { text } = await marketApp()
  const history = JSON.parse(await text('/api/v1/tickers/ACME/history?range=all')) as HistoryView
  expect(history.bars.close).toHaveLength(330)
  expect(history.next).toMatchObject({ session: '2025-06-16', origin: 'live', returnPct: null })
  expect(history.next!.fan).toHaveLength(9)
  const origins = new Set(history.forecasts.map(({ origin }) => origin))
  expect(origins).toEqual(new Set(['live', 'backtest']))
  const closes = new Map(history.bars.session.map((session, i) => [session, history.bars.close[i]!]))
  for (const { asOf, session, prices, pct, returnPct } of history.forecasts) {
    const base = closes.get(asOf)!
    expect(prices[0]).toBeCloseTo(base * (1 + pct[0] / 100), 4)
    expect(closes.get(session)).toBeCloseTo(base * (1 + returnPct! / 100), 4)
  }
})

test('scores run side by side with their sessions', async () => {
  const { text } = await marketApp()
  const answer = await text('/api/v1/tickers/ACME/scores?figure=mae&vs=ewma')
  const { series } = JSON.parse(answer) as { series: ScoreSeries[] }
  expect(series.map(({ forecaster }) => forecaster)).toEqual(['ewma', 'mamba'])
  for (const { sessions, values } of series) expect(values).toHaveLength(sessions.length)
})

test('tickers and the last run are there for other programs', async () => {
  const { app } = await marketApp()
  expect(await (await app.request('/api/v1/tickers')).json()).toHaveLength(3)
  expect(await (await app.request('/api/v1/run')).json()).toMatchObject({ status: 'done' })
})
