import type { Command } from 'commander'
import { pauseTicker, resumeTicker } from '../db/tickerPauses.js'
import { findTicker } from '../db/tickers.js'
import { UserError } from '../domain/errors.js'
import { type GlobalOptions, withSession } from './session.js'

/** Adds `tickers pause | resume`. */
export function addPauseCommands(tickers: Command): void {
  const pause = tickers
    .command('pause <symbols...>')
    .description('Leave them out of all queued runs until they are resumed.')
  pause.action((symbols: string[]) => change('pause', symbols, pause.optsWithGlobals()))

  const resume = tickers
    .command('resume <symbols...>')
    .description('Take them up again; what was missed is caught up with.')
  resume.action((symbols: string[]) => change('resume', symbols, resume.optsWithGlobals()))
}

const change = (what: 'pause' | 'resume', symbols: string[], options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database: { db }, runContext }) => {
    for (const symbol of symbols) {
      if (!(await findTicker(db, symbol))) throw new UserError(`no such ticker: ${symbol}`, { exitCode: 2 })
      const changed =
        what === 'pause' ? await pauseTicker(db, symbol, runContext.clock()) : await resumeTicker(db, symbol)
      process.stdout.write(
        `${symbol}  ${changed ? `${what}d` : `was ${what === 'pause' ? 'paused' : 'not paused'} before`}\n`,
      )
    }
  })
