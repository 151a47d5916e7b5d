import { type Context, Hono } from 'hono'
import type { Db } from '../../db/database.js'
import { findReport, findReportFile, listedReports } from '../../db/evaluationReports.js'
import { page } from './answers.js'
import { EvaluationPage } from './evaluationPage.js'
import { EvaluationsPage } from './evaluationsPage.js'
import type { Frame } from './layout.js'

const LISTED = 100
const ID = '/evaluations/:id{[0-9a-f]{24}}'

/** What has been evaluated: a list, a page for each, and the report as HTML, JSON and CSV. */
export function evaluationRoutes({ db, ...frame }: Frame & { db: Db }): Hono {
  const routes = new Hono()
  routes.get('/evaluations', async (c) =>
    page(c, <EvaluationsPage frame={frame} reports={await listedReports(db, LISTED)} />),
  )
  routes.get(ID, async (c) => {
    const found = await findReport(db, c.req.param('id'))
    return found ? page(c, <EvaluationPage frame={frame} id={c.req.param('id')} {...found} />) : c.notFound()
  })
  routes.get(`${ID}/report.json`, async (c) => {
    const found = await findReport(db, c.req.param('id'))
    if (!found) return c.notFound()
    return file(c, `${JSON.stringify(found.report, null, 2)}\n`, 'application/json')
  })
  routes.get(`${ID}/report.csv`, async (c) => {
    const csv = await findReportFile(db, c.req.param('id'), 'csv')
    return csv === undefined ? c.notFound() : file(c, csv, 'text/csv; charset=utf-8')
  })
  routes.get(`${ID}/report.html`, async (c) => {
    const html = await findReportFile(db, c.req.param('id'), 'html')
    return html === undefined ? c.notFound() : file(c, html, 'text/html; charset=utf-8')
  })
  return routes
}

function file(c: Context, text: string, type: string): Response {
  c.header('Cache-Control', 'no-cache')
  return c.body(text, 200, { 'Content-Type': type })
}
