import type { Command } from 'commander'
import { activeTickers, deactivateTicker } from '../db/tickers.js'
import { UserError } from '../domain/errors.js'
import { runOnce } from '../scheduler/runOnce.js'
import { chooseTickers } from './chooseTickers.js'
import { table } from './forecastView.js'
import { addPauseCommands } from './pause.js'
import { type GlobalOptions, withSession } from './session.js'

/** Adds `tickers list | add | remove | pause | resume`. */
export function addTickersCommand(program: Command): void {
  const tickers = program.command('tickers').description('List, add, remove or pause tickers.')
  const list = tickers.command('list').description('List the tickers that are forecast.').option('--json', 'print JSON')
  list.action(() => listTickers(list.optsWithGlobals()))

  const add = tickers
    .command('add <symbols...>')
    .description('Check that the provider has them, then fetch their bars and forecast them from now on.')
    .requiredOption(
      '-p, --provider <name>',
      'where bars come from, in turn: yahoo, stooq, tushare, tiingo, alphavantage, csv, sample',
    )
    .option('-d, --data <location>', 'csv: folder of SYMBOL.csv files, or URL with {symbol} in it')
  add.action((symbols: string[]) => addTickers(symbols, add.optsWithGlobals()))

  const remove = tickers
    .command('remove <symbols...>')
    .description('Stop forecasting them; bars, forecasts and their record stay.')
  remove.action((symbols: string[]) => removeTickers(symbols, remove.optsWithGlobals()))
  addPauseCommands(tickers)
}

const listTickers = (options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database }) => {
    const all = await activeTickers(database.db)
    if (options.json) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`)
    else if (all.length === 0)
      process.stdout.write(
        'no tickers yet: add some with mambacast tickers add, or see the sample market with npm start\n',
      )
    else {
      const rows = all.map((t) => [
        t.symbol,
        t.provider,
        t.exchange,
        t.timezone,
        t.location ?? (t.isSample ? 'sample data' : ''),
      ])
      process.stdout.write(
        `${table([['ticker', 'provider', 'exchange', 'time zone', 'location'], ...rows]).join('\n')}\n`,
      )
    }
  })

const addTickers = (symbols: string[], options: GlobalOptions & { provider: string; data?: string }): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database, config, runContext, signal }) => {
    const choice = { symbols, provider: options.provider, location: options.data }
    const tickers = await chooseTickers(database.db, config, choice)
    const report = await runOnce(runContext, { tickers, stages: 'ingest', trigger: 'cli', signal })
    for (const t of report.tickers)
      if (t.error === null) process.stdout.write(`${t.ticker}  added, bars up to ${t.asOf}\n`)
    const errors = report.tickers.flatMap((t) => t.error ?? [])
    if (errors.length > 0) throw new UserError(errors.join('\n'))
  })

const removeTickers = (symbols: string[], options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database }) => {
    for (const symbol of symbols) {
      if (!(await deactivateTicker(database.db, symbol)))
        throw new UserError(`no such ticker: ${symbol}`, { exitCode: 2 })
      process.stdout.write(`${symbol}  removed; its record stays\n`)
    }
  })
