import { CHANNELS } from '../../src/alerts/channels/channels.js'
import { configSources, loadConfig } from '../../src/config.js'
import { saveEvaluationReport } from '../../src/db/evaluationReports.js'
import { reportCsv } from '../../src/evaluation/report/reportCsv.js'
import { reportOf } from '../../src/evaluation/report/reportData.js'
import { reportHtml } from '../../src/evaluation/report/reportHtml.js'
import { sentencesOf } from '../../src/evaluation/report/reportSentences.js'
import { Desk } from '../../src/scheduler/alerts/alertDesk.js'
import { nextDayMarket, provenance, walkForward } from '../evaluation/evaluatedMarket.js'
import { alertConfig } from './alertSettings.js'
import { fillLifecycle } from './lifecycleFixture.js'
import { cloneMarket } from './marketFixture.js'
import { MARKET_NOW } from './marketForecasts.js'
import { type ServedMarket, serveMarket } from './servedMarket.js'
import { registrar } from './tickerOffice.js'

const now = () => MARKET_NOW

/** The dashboard with everything that `mambacast serve` has on it, and something to see on every page. */
export async function serveWholeSite(): Promise<ServedMarket> {
  let desk: Desk | undefined
  const site = await serveMarket(await cloneMarket(), {
    isLive: true,
    more: (database) => {
      desk = new Desk({ database, config: alertConfig(), clock: now })
      return {
        alerts: { desk, channels: CHANNELS },
        tickers: registrar(database, '.', now),
        settings: { config: loadConfig({}), sourceOf: configSources({}) },
      }
    },
  })
  await fillLifecycle(site.db)
  const target = { url: 'http://127.0.0.1:9/hook' }
  const { id } = await desk!.addEndpoint({ name: 'mine', channel: 'webhook', target, template: null })
  await desk!.test(id)
  const report = reportOf('next-day', walkForward, provenance, nextDayMarket)
  await saveEvaluationReport(site.db, {
    ...{ id: 'a'.repeat(24), report: { ...report, sentences: sentencesOf(report) }, createdAt: MARKET_NOW },
    ...{ html: await reportHtml(report, nextDayMarket), csv: reportCsv(report) },
  })
  return site
}
