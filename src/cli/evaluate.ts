import type { Command } from 'commander'
import { settledForecasts } from '../db/forecasts.js'
import { latestVerdict } from '../db/scores.js'
import { UserError } from '../domain/errors.js'
import { figures } from '../evaluation/figures.js'
import { MODEL_FORECASTER } from '../scheduler/jobs/fitModel.js'
import { chooseTickers } from './chooseTickers.js'
import { table } from './forecastView.js'
import { type GlobalOptions, withSession } from './session.js'

interface EvaluateOptions extends GlobalOptions {
  readonly ticker: string[]
  readonly last?: number
}

/** Adds `evaluate`: the figures of every forecaster over the settled forecasts of the ledger. */
export function addEvaluateCommand(program: Command): void {
  const command = program
    .command('evaluate')
    .description('Print how well past forecasts did, beside every baseline on the same sessions.')
    .option(
      '-t, --ticker <symbol>',
      'a ticker; repeat it for more (default: all)',
      (value, before: string[]) => [...before, value],
      [],
    )
    .option('-n, --last <sessions>', 'only the last n settled sessions', (value) => {
      if (!/^[1-9]\d*$/.test(value))
        throw new UserError(`--last ${value}: expected a whole number above 0`, { exitCode: 2 })
      return Number(value)
    })
    .option('--json', 'print JSON')
  command.action(() => evaluate(command.optsWithGlobals()))
}

const evaluate = (options: EvaluateOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database: { db }, config }) => {
    const tickers = await chooseTickers(db, config, { symbols: options.ticker })
    const reports = await Promise.all(
      tickers.map(async ({ symbol }) => {
        const settled = await settledForecasts(db, symbol)
        const rows = [...settled].map(([forecaster, all]) => ({
          forecaster,
          ...figures(all.slice(-(options.last ?? all.length))),
        }))
        return { ticker: symbol, figures: rows, verdict: await latestVerdict(db, symbol, MODEL_FORECASTER) }
      }),
    )
    if (options.json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`)
    else process.stdout.write(`${reports.map(reportText).join('\n\n')}\n`)
  })

interface Report {
  readonly ticker: string
  readonly figures: readonly ({ readonly forecaster: string } & ReturnType<typeof figures>)[]
  readonly verdict: { readonly sentence: string } | undefined
}

function reportText({ ticker, figures: rows, verdict }: Report): string {
  if (rows.length === 0) return `${ticker}: no forecast has been settled yet`
  const names = [
    'n',
    'mae',
    'rmse',
    'r2_oos',
    'hit_rate',
    'pinball',
    'crps',
    'coverage_80',
    'coverage_95',
    'winkler_95',
  ] as const
  const cells = rows.map((row) => [
    row.forecaster,
    ...names.map((name) => (name === 'n' ? String(row.n) : (row[name]?.toFixed(4) ?? '–'))),
  ])
  return [ticker, ...table([['', ...names], ...cells]), `  ${verdict?.sentence ?? ''}`].join('\n')
}
