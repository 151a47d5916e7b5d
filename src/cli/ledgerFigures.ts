import { settledForecasts } from '../db/forecasts.js'
import { latestVerdict } from '../db/scores.js'
import { figures } from '../evaluation/figures.js'
import { MODEL_FORECASTER } from '../scheduler/jobs/fitModel.js'
import { chooseTickers } from './chooseTickers.js'
import { table } from './forecastView.js'
import { type GlobalOptions, withSession } from './session.js'

export interface LedgerOptions extends GlobalOptions {
  readonly ticker: readonly string[]
  /** Only the last settled sessions. */
  readonly last?: number
}

/** Prints the figures of every forecaster over the settled forecasts of the ledger. */
export const printLedgerFigures = (options: LedgerOptions): Promise<void> =>
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
