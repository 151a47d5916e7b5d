import type { Command } from 'commander'
import { cancelRun } from '../db/cancelRun.js'
import { enqueueRun } from '../db/enqueueRun.js'
import { type RecentRun, recentRuns } from '../db/recentRuns.js'
import { activeTickers } from '../db/tickers.js'
import { UserError } from '../domain/errors.js'
import { secondsLeft } from '../domain/run.js'
import { table } from './forecastView.js'
import { spanText } from './progressText.js'
import { type GlobalOptions, withSession } from './session.js'

const SHOWN = 20

/** Adds `runs list | start | cancel`. */
export function addRunsCommand(program: Command): void {
  const runs = program.command('runs').description('List, start or cancel runs that workers do from the queue.')
  const list = runs.command('list').description('List the last runs, newest first.').option('--json', 'print JSON')
  list.action(() => listRuns(list.optsWithGlobals()))

  const start = runs
    .command('start [symbols...]')
    .description('Enqueue a run of these tickers, or of all, for mambacast serve, worker or tick.')
  start.action((symbols: string[]) => startRun(symbols, start.optsWithGlobals()))

  const cancel = runs.command('cancel <id>').description('Cancel a run: what is at work stops, the rest is not begun.')
  cancel.action((id: string) => cancelOne(id, cancel.optsWithGlobals()))
}

const listRuns = (options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database: { db }, runContext }) => {
    const rows = await recentRuns(db, SHOWN)
    if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
    else if (rows.length === 0) process.stdout.write('no run yet\n')
    else {
      const cells = rows.map((run) => [
        ...[run.id, run.trigger, run.exchange ?? '', run.status, `${run.done}/${run.total}`],
        ...[timeLeft(run, runContext.clock()), minuteOf(run.startedAt), String(run.repeats)],
      ])
      const header = ['run', 'trigger', 'exchange', 'status', 'tickers', 'left', 'started (UTC)', 'repeats']
      process.stdout.write(`${table([header, ...cells]).join('\n')}\n`)
    }
  })

const minuteOf = (at: Date): string => at.toISOString().slice(0, 16).replace('T', ' ')

function timeLeft({ status, done, total, startedAt }: RecentRun, now: Date): string {
  const left = status === 'running' ? secondsLeft(done, total, (now.getTime() - startedAt.getTime()) / 1000) : undefined
  return left === undefined ? '' : `about ${spanText(left)}`
}

const startRun = (symbols: string[], options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database: { db, queue }, runContext }) => {
    const known = (await activeTickers(db)).map(({ symbol }) => symbol)
    const unknown = symbols.find((symbol) => !known.includes(symbol))
    if (unknown) throw new UserError(`no such ticker: ${unknown}`, { exitCode: 2 })
    const tickers = symbols.length > 0 ? [...new Set(symbols)] : known
    if (tickers.length === 0) throw new UserError('no tickers yet: add some with mambacast tickers add')
    const now = runContext.clock()
    const id = await db.transaction((tx) => enqueueRun(tx, queue, { trigger: 'cli', exchange: null, tickers, now }))
    process.stdout.write(`${id}\n`)
  })

const cancelOne = (id: string, options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database: { db, queue }, runContext }) => {
    const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
    if (!isId || !(await cancelRun(db, queue, id, runContext.clock())))
      throw new UserError(`no run ${id} is under way: mambacast runs list shows them`)
    process.stdout.write(`${id}  cancelled\n`)
  })
