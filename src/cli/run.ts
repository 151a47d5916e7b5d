import type { Command } from 'commander'
import { UserError } from '../domain/errors.js'
import type { RunStages } from '../domain/run.js'
import { type RunReport, runOnce } from '../scheduler/runOnce.js'
import type { TickerReport } from '../scheduler/tickerRuns.js'
import { chooseTickers } from './chooseTickers.js'
import { deliverNow } from './deliverNow.js'
import { explanationText } from './explanationText.js'
import { type ForecastView, forecastJson, forecastText, forecastView } from './forecastView.js'
import { tickerOption } from './listOption.js'
import { progressDisplay } from './progressDisplay.js'
import { qualityText, qualityViews } from './qualityReport.js'
import { registerSeries } from './registerSeries.js'
import { type GlobalOptions, type Session, withSession } from './session.js'

interface RunOptions extends GlobalOptions {
  readonly ticker: string[]
  readonly provider?: string
  readonly data?: string
  /** run, forecast: print what shaped the forecasts. */
  readonly explain?: boolean
  /** ingest: print what stands out in the bars. */
  readonly report?: boolean
}

const COMMANDS: readonly { stages: RunStages; name: string; description: string }[] = [
  {
    stages: 'all',
    name: 'run',
    description: 'Ingest, settle, train and forecast, then print the forecast for the next session.',
  },
  { stages: 'ingest', name: 'ingest', description: 'Fetch bars and settle past forecasts.' },
  {
    stages: 'train',
    name: 'train',
    description: 'Train fully anew; beside a model that serves, the new one goes on trial.',
  },
  {
    stages: 'forecast',
    name: 'forecast',
    description: 'Forecast the next session with the model at hand, then print it.',
  },
]

/** Adds `run` and the commands that do one of its stages. */
export function addRunCommands(program: Command): void {
  for (const { stages, name, description } of COMMANDS) {
    const command = program.command(name).description(description)
    command.addOption(tickerOption())
    if (stages === 'all' || stages === 'ingest')
      command
        .option(
          '-p, --provider <name>',
          'where bars come from, in turn: yahoo, stooq, tushare, tiingo, alphavantage, csv, sample',
        )
        .option('-d, --data <location>', 'csv: folder of SYMBOL.csv files, or URL with {symbol} in it')
    if (stages === 'all' || stages === 'forecast')
      command.option('--explain', 'also say which features and past sessions shaped each forecast')
    if (stages === 'ingest') command.option('--report', 'print gaps, jumps, suspected splits and refused rows')
    command.option('--json', 'print JSON').action(async () => act(stages, command.optsWithGlobals()))
  }
}

const act = (stages: RunStages, options: RunOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async (session) => {
    const { config, database } = session
    if (options.data && !options.provider)
      throw new UserError('--data needs --provider, as in --provider csv --data FOLDER', { exitCode: 2 })
    const choice = { symbols: options.ticker, provider: options.provider, location: options.data }
    const tickers = await chooseTickers(database.db, config, choice)
    await registerSeries(session, tickers)
    const display = progressDisplay()
    let report: RunReport
    try {
      report = await runOnce(session.runContext, {
        ...{ tickers, stages, trigger: 'cli', signal: session.signal },
        onProgress: display.update,
        onWait: (ticker) => display.note(`${ticker}  another mambacast is at work on it: waiting`),
      })
    } finally {
      display.stop()
    }
    await deliverNow(session)
    if (options.report) await printQuality(session, report, options.json ?? false)
    else await print(session, report, stages, options)
  })

async function print(
  { config, database }: Session,
  report: RunReport,
  stages: RunStages,
  { json = false, explain = false }: RunOptions,
): Promise<void> {
  for (const { ticker, refused } of report.tickers)
    for (const row of refused)
      process.stderr.write(`${ticker}: refused ${row.source} line ${row.line}: ${row.reason}\n`)
  const dashboard = `http://${config.server.host}:${config.server.port}`
  const done = report.tickers.filter((t) => t.error === null)
  const shown = stages === 'all' || stages === 'forecast' ? done : []
  const views = await Promise.all(shown.map((t) => forecastView(database.db, t.ticker, t.asOf!, dashboard)))
  if (json) {
    const tickers = report.tickers.map(({ refused, asOf, ...rest }) => ({
      ...rest,
      as_of: asOf,
      refused: refused.length,
    }))
    const run = { status: report.status, changed: report.changed, tickers }
    process.stdout.write(
      `${JSON.stringify({ run, forecasts: views.map((view) => forecastJson(view, explain)) }, null, 2)}\n`,
    )
  } else if (views.length > 0) process.stdout.write(`${views.map((view) => textOf(view, explain)).join('\n\n')}\n`)
  else for (const t of done) process.stdout.write(`${describe(t)}\n`)
  const errors = report.tickers.flatMap((t) => t.error ?? [])
  if (errors.length > 0) throw new UserError(errors.join('\n'))
}

const textOf = (view: ForecastView, explain: boolean): string =>
  explain ? `${forecastText(view)}\n\n${explanationText(view.explanation)}` : forecastText(view)

async function printQuality({ database }: Session, report: RunReport, json: boolean): Promise<void> {
  const views = await qualityViews(
    database.db,
    report.tickers.map((t) => t.ticker),
  )
  process.stdout.write(`${json ? JSON.stringify(views, null, 2) : views.map(qualityText).join('\n')}\n`)
  const errors = report.tickers.flatMap((t) => t.error ?? [])
  if (errors.length > 0) throw new UserError(errors.join('\n'))
}

const describe = ({ ticker, asOf, inserted, corrected, settled, trained }: TickerReport) =>
  `${ticker}  up to ${asOf}: ${inserted} bars added, ${corrected} corrected, ${settled} forecasts settled${trained ? ', model trained' : ''}`
