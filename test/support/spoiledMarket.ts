import { CHANNELS } from '../../src/alerts/channels/channels.js'
import { loadConfig } from '../../src/config.js'
import type { Database } from '../../src/db/database.js'
import { saveEvaluationReport } from '../../src/db/evaluationReports.js'
import { reportOf } from '../../src/evaluation/report/reportData.js'
import { sentencesOf } from '../../src/evaluation/report/reportSentences.js'
import { Desk } from '../../src/scheduler/alerts/alertDesk.js'
import type { AppOptions } from '../../src/web/app.js'
import { nextDayMarket, provenance, walkForward } from '../evaluation/evaluatedMarket.js'
import { alertConfig } from './alertSettings.js'
import { MARKET_NOW } from './marketForecasts.js'
import { addRun } from './runStates.js'
import { registrar } from './tickerOffice.js'

/** Markup, quotes, line breaks, right-to-left marks, template and path syntax, ten thousand characters. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  `"><img src=x onerror=alert(1)>'`,
  '</title></textarea></select><svg onload=alert(1)>',
  'new\nline\r\n{{7*7}}',
  '\u202egnirts\u2066\u200f',
  '../../etc/passwd?a=b&c#d%25',
  `long <b>${'x'.repeat(10_000)}`,
] as const

/** Tables whose rows are copied from ACME to a ticker of a hostile name. */
const BY_TICKER = ['bars', 'forecasts', 'outcomes', 'scores', 'verdicts', 'quality_reports'] as const

const AT = MARKET_NOW.toISOString()

/** Everything in a market that others can write, written by somebody hostile. */
export async function spoilMarket(database: Database): Promise<void> {
  for (const name of HOSTILE) await spoilTicker(database, name)
  const { sql, db } = database
  const all = HOSTILE.join(' ')
  await sql`update models set reason = ${all}, backend = ${all}, code_version = ${all}`
  await sql`update verdicts set sentence = ${all}`
  const refused = HOSTILE.map((reason, line) => ({ source: reason, line, reason }))
  await sql`update quality_reports set refused = ${JSON.stringify(refused)}::jsonb`
  await spoilAlerts(database)
  const market = nextDayMarket.map((input) => ({ ...input, ticker: all }))
  const report = reportOf('next-day', walkForward, { ...provenance, command: all, machine: all, version: all }, market)
  const kept = { ...report, sentences: [...sentencesOf(report), all] }
  await saveEvaluationReport(db, { id: 'a'.repeat(24), report: kept, html: '', csv: '', createdAt: MARKET_NOW })
}

async function spoilTicker({ sql, db }: Database, name: string): Promise<void> {
  await sql`insert into tickers (symbol, provider, fallbacks, location, exchange, timezone, is_sample)
    values (${name}, ${name}, ${[name]}, ${name}, ${name}, 'UTC', false)`
  for (const table of BY_TICKER) {
    const columns = await sql<{ name: string }[]>`
      select quote_ident(column_name) as name from information_schema.columns
      where table_name = ${table} and is_generated = 'NEVER' and column_name <> 'ticker'`
    const list = columns.map((column) => column.name).join(', ')
    await sql.unsafe(`insert into ${table} (ticker, ${list}) select $1, ${list} from ${table} where ticker = 'ACME'`, [
      name,
    ])
  }
  await addRun(db, {
    ...{ trigger: 'schedule', status: 'failed', exchange: name, error: name },
    progress: { [name]: { stage: 'failed', done: 0, total: 1, message: name } },
    ...{ startedAt: MARKET_NOW, heartbeatAt: MARKET_NOW, finishedAt: MARKET_NOW },
  })
  await sql`insert into ticker_pauses (ticker) values (${name})`
}

async function spoilAlerts(database: Database): Promise<void> {
  const { sql } = database
  const desk = deskOf(database)
  for (const name of HOSTILE) {
    const target = { url: 'http://127.0.0.1:9/hook' }
    const { id } = await desk.addEndpoint({ name, channel: 'webhook', target, template: null })
    const alert = await desk.test(id)
    await sql`insert into alert_deliveries
      (alert_id, endpoint_id, attempt, at, request, status, outcome, latency_ms, answer)
      values (${alert}, ${id}, 1, ${AT}, ${name}, 500, 'failed', 5, ${name})`
    await sql`update alert_endpoints
      set name = ${name}, address = ${name}, disabled_at = now(), disabled_reason = ${name} where id = ${id}`
  }
}

const deskOf = (database: Pick<Database, 'db' | 'queue'>) =>
  new Desk({ database, config: alertConfig(), clock: () => MARKET_NOW })

/** Every part of the dashboard, configured by somebody hostile as well. */
export const everyPart = (database: Database): Partial<AppOptions> => ({
  alerts: { desk: deskOf(database), channels: CHANNELS },
  tickers: registrar(database, HOSTILE[0], () => MARKET_NOW),
  settings: { config: { ...loadConfig({}), dataDir: HOSTILE.join(' ') }, sourceOf: () => HOSTILE.join(' ') },
})
