import { expect, test } from 'vitest'
import { overviewRows } from '../../src/db/overview.js'
import { marketApp } from '../support/marketApp.js'
import { MARKET_NOW } from '../support/marketForecasts.js'
import { beginRun, changeRun } from '../support/runStates.js'
import { cloneDatabase } from '../support/testDatabase.js'

const rowsOf = (html: string) => [...html.matchAll(/<a href="\/tickers\/[^"]*"><bdi>(.*?)<\/bdi>/g)].map(([, s]) => s)

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
