import { XMLParser, XMLValidator } from 'fast-xml-parser'
import ICAL from 'ical.js'
import { expect, test } from 'vitest'
import { forecasts, tickers } from '../../../src/db/schema.js'
import { marketApp } from '../../support/marketApp.js'
import { MARKET_NOW } from '../../support/marketForecasts.js'

const HOSTILE = `<b>&"'; DROP, \\ \u202e\u0007 \r\nBEGIN:VEVENT ${'ü'.repeat(80)}]]>`

interface Entry {
  readonly id: string
  readonly title: string
  readonly updated: string
  readonly published: string
  readonly summary: string
  readonly link: { readonly '@href': string }
}

/** A market in which a ticker with a hostile name may move much, and the two feeds of it. */
async function hostileMarket() {
  const market = await marketApp()
  await market.db
    .insert(tickers)
    .values({ symbol: HOSTILE, provider: 'csv', exchange: 'X', timezone: 'UTC', isSample: true })
  await market.db.insert(forecasts).values({
    ...{ ticker: HOSTILE, asOf: '2025-06-13', target: '2025-06-16', model: 'm', dataHash: 'h', forecaster: 'mamba' },
    ...{ origin: 'live', lastClose: 10, mean: 0, quantiles: [-9, -7, -5, -2, 0, 2, 5, 7, 9], pUp: 0.5 },
    ...{ pLargeMove: 0.91, moveThresholdPct: 2, madeAt: MARKET_NOW },
  })
  return market
}

function entriesOf(xml: string): Entry[] {
  expect(XMLValidator.validate(xml)).toBe(true)
  const parser = new XMLParser({
    ...{ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false, htmlEntities: true },
    isArray: (name) => name === 'entry',
  })
  const { feed } = parser.parse(xml)
  expect(feed['@xmlns']).toBe('http://www.w3.org/2005/Atom')
  for (const required of ['id', 'title', 'updated', 'author']) expect(feed).toHaveProperty(required)
  return feed.entry ?? []
}

test('the feed is Atom: required elements, unique ids, newest first, and it asks for no other host', async () => {
  const { text } = await hostileMarket()
  const entries = entriesOf(await text('/feeds/large-moves.atom?probability=0.2'))
  expect(entries.length).toBeGreaterThan(5)
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
  for (const { id, title, updated, published, summary, link } of entries) {
    expect(id).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    for (const moment of [updated, published]) expect(new Date(moment).toISOString()).toBe(moment)
    expect(title.length * summary.length).toBeGreaterThan(0)
    expect(new URL(link['@href']).host).toBe('localhost')
  }
  const moments = entries.map(({ updated }) => updated)
  expect(moments).toEqual(moments.toSorted().reverse())
})

test('a hostile name stays text in the feed, and its link leads to its page', async () => {
  const { app, text } = await hostileMarket()
  const [entry] = entriesOf(await text('/feeds/large-moves.atom?probability=0.9'))
  expect(entry!.title).toContain(`<b>&"'; DROP, \\ \u202e   BEGIN:VEVENT`)
  expect(entry!.title).toContain('(sample data): 91')
  expect((await app.request(entry!.link['@href'])).status).toBe(200)
})

test('the calendar is one that another program reads: an event each, folded, escaped', async () => {
  const { app, text } = await hostileMarket()
  const response = await app.request('/feeds/large-moves.ics?probability=0.2')
  expect(response.headers.get('Content-Type')).toBe('text/calendar; charset=utf-8')
  const ics = await response.text()
  expect(ics.endsWith('\r\n')).toBe(true)
  for (const line of ics.slice(0, -2).split('\r\n')) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
    expect(line).not.toMatch(/[\r\n]/)
  }
  const events = new ICAL.Component(ICAL.parse(ics)).getAllSubcomponents('vevent').map((own) => new ICAL.Event(own))
  const entries = entriesOf(await text('/feeds/large-moves.atom?probability=0.2'))
  expect(events.map(({ summary }) => summary)).toEqual(entries.map(({ title }) => title))
  expect(events.map(({ description }) => description)).toEqual(entries.map(({ summary }) => summary))
  expect(events.map(({ uid }) => `urn:uuid:${uid}`)).toEqual(entries.map(({ id }) => id))
  for (const { startDate, endDate } of events) {
    expect([startDate.isDate, endDate.isDate]).toEqual([true, true])
    expect(endDate.toUnixTime() - startDate.toUnixTime()).toBe(86_400)
  }
  expect(events.find(({ summary }) => summary.includes('DROP'))!.startDate.toString()).toBe('2025-06-16')
})

test('what was said first counts, and only what is likely enough is told, of that ticker', async () => {
  const { text, db } = await hostileMarket()
  const [row] = await db.select().from(forecasts).limit(1)
  const later = { ...row!, ticker: 'ACME', asOf: '2025-06-13', target: '2025-06-16', forecaster: 'mamba' }
  await db.insert(forecasts).values({
    ...later,
    dataHash: 'later',
    origin: 'live',
    pLargeMove: 0.99,
    madeAt: new Date(MARKET_NOW.getTime() + 1),
  })
  expect(entriesOf(await text('/feeds/large-moves.atom?probability=0.95'))).toEqual([])
  expect(entriesOf(await text('/feeds/large-moves.atom?probability=0&ticker=BOREAL')).length).toBeGreaterThan(5)
  for (const { title } of entriesOf(await text('/feeds/large-moves.atom?probability=0&ticker=BOREAL')))
    expect(title).toContain('BOREAL')
})

test('an empty feed and calendar are still ones, and nonsense is told so', async () => {
  const { app, text } = await marketApp()
  expect(entriesOf(await text('/feeds/large-moves.atom?probability=1'))).toEqual([])
  expect(
    new ICAL.Component(ICAL.parse(await text('/feeds/large-moves.ics?probability=1'))).getAllSubcomponents(),
  ).toEqual([])
  for (const query of ['probability=2', 'probability=x', 'ticker=%00'])
    expect((await app.request(`/feeds/large-moves.atom?${query}`)).status).toBe(400)
})

test('links lead to the public address where there is one', async () => {
  const { text } = await marketApp(undefined, () => ({ publicUrl: 'https://dash.example/m/' }))
  const [entry] = entriesOf(await text('/feeds/large-moves.atom?probability=0'))
  expect(entry!.link['@href']).toMatch(/^https:\/\/dash\.example\/m\/tickers\//)
})
