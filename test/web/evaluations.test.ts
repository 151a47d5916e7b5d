import { expect, test } from 'vitest'
import { saveEvaluationReport } from '../../src/db/evaluationReports.js'
import type { Protocol } from '../../src/domain/evaluation.js'
import { reportCsv } from '../../src/evaluation/report/reportCsv.js'
import { reportOf } from '../../src/evaluation/report/reportData.js'
import { reportHtml } from '../../src/evaluation/report/reportHtml.js'
import { PAPER_CAVEAT, sentencesOf } from '../../src/evaluation/report/reportSentences.js'
import { nextDayMarket, paperMarket, provenance, walkForward } from '../evaluation/evaluatedMarket.js'
import { LOOPBACK } from '../support/access.js'
import { guardedApp } from '../support/guardedApp.js'
import { MARKET_NOW } from '../support/marketForecasts.js'

const local = { host: 'localhost' }
const id = 'a'.repeat(24)
const escaped = (text: string) => text.replaceAll("'", '&#39;').replaceAll('"', '&quot;')

async function evaluated(protocol: Protocol, names: { ticker?: string; machine?: string } = {}) {
  const app = await guardedApp(LOOPBACK)
  const given = protocol === 'paper' ? paperMarket : nextDayMarket
  const market = given.map((input) => ({ ...input, ...(names.ticker !== undefined && { ticker: names.ticker }) }))
  const report = reportOf(
    protocol,
    walkForward,
    { ...provenance, machine: names.machine ?? provenance.machine },
    market,
  )
  const kept = { ...report, sentences: sentencesOf(report) }
  const html = await reportHtml(report, market)
  await saveEvaluationReport(app.db, { id, report: kept, html, csv: reportCsv(report), createdAt: MARKET_NOW })
  const text = async (path: string) => (await app.get(path, local)).text()
  return { ...app, report, kept, html, text }
}

test('without an evaluation the page says how to make one', async () => {
  const { get } = await guardedApp(LOOPBACK)
  expect(await (await get('/evaluations', local)).text()).toContain('mambacast evaluate --protocol next-day')
})

test('an evaluation is listed with its tickers and models, and its page holds every figure and sentence', async () => {
  const { text, report } = await evaluated('next-day')
  const list = await text('/evaluations')
  expect(list).toContain(`href="/evaluations/${id}"`)
  expect(list).toMatch(/<bdi>T<\/bdi>.*<bdi>mamba<\/bdi>/s)
  const page = await text(`/evaluations/${id}`)
  const { models, verdicts } = report.tickers[0]!
  for (const { model, figures } of models) {
    expect(page).toContain(model)
    expect(page).toContain(figures.pinball!.mean.toFixed(4))
  }
  expect(page).toContain('3 seeds')
  expect(verdicts.length).toBeGreaterThan(0)
  for (const { sentence } of verdicts) expect(page).toContain(escaped(sentence))
})

test('the paper protocol is never shown without what it does not show', async () => {
  const { text } = await evaluated('paper')
  expect(await text('/evaluations')).toContain('it does not show skill')
  expect(await text(`/evaluations/${id}`)).toContain(`<strong>${escaped(PAPER_CAVEAT)}</strong>`)
})

test('the report is served as it was made, as HTML in a sandbox, JSON and CSV', async () => {
  const { get, html, kept, report } = await evaluated('next-day')
  const page = await get(`/evaluations/${id}/report.html`, local)
  expect(await page.text()).toBe(html)
  const policy = page.headers.get('content-security-policy')!
  expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; img-src data:;.*sandbox/)
  expect(policy).not.toContain('script')
  const json = await get(`/evaluations/${id}/report.json`, local)
  expect(json.headers.get('content-type')).toContain('application/json')
  expect(await json.json()).toEqual(JSON.parse(JSON.stringify(kept)))
  const csv = await get(`/evaluations/${id}/report.csv`, local)
  expect(csv.headers.get('content-type')).toContain('text/csv')
  expect(await csv.text()).toBe(reportCsv(report))
})

test('the same evaluation made again replaces the earlier one', async () => {
  const { db, kept, sql, text } = await evaluated('next-day')
  await saveEvaluationReport(db, { id, report: kept, html: '<p>new', csv: 'new', createdAt: MARKET_NOW })
  expect(await sql`select html from evaluation_reports`).toEqual([{ html: '<p>new' }])
  expect(await text(`/evaluations/${id}/report.csv`)).toBe('new')
})

test('odd names in a report are text, and unknown reports a page of their own', async () => {
  const hostile = '<script>alert(1)</script>"\'\u202e'
  const { text, get } = await evaluated('next-day', { ticker: hostile, machine: hostile })
  for (const path of ['/evaluations', `/evaluations/${id}`, `/evaluations/${id}/report.html`])
    expect(await text(path)).not.toContain('<script>alert')
  for (const path of ['b'.repeat(24), 'x', `${id}/report.pdf`, `${'b'.repeat(24)}/report.html`, `${id}%00`])
    expect([path, (await get(`/evaluations/${path}`, local)).status]).toEqual([path, 404])
})
