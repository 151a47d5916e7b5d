import type { Command } from 'commander'
import type { Db } from '../db/database.js'
import { lifecycles } from '../db/lifecycle.js'
import { purgeWeights } from '../db/models.js'
import { type Changed, promote, rollBack, type SuccessionListener } from '../db/succession.js'
import { modelCard } from '../db/tickerRecord.js'
import { UserError } from '../domain/errors.js'
import { tellSuccession } from '../scheduler/alerts/tellSuccession.js'
import { deliverNow } from './deliverNow.js'
import { lifecycleText, modelText, purgeText } from './modelsText.js'
import { type GlobalOptions, withSession } from './session.js'

const DAY_MS = 86_400_000

interface ListOptions extends GlobalOptions {
  readonly ticker?: string
}

interface PurgeOptions extends ListOptions {
  readonly days?: number
}

/** Adds `models list | show | promote | rollback | purge`. */
export function addModelsCommand(program: Command): void {
  const models = program
    .command('models')
    .description('See which models serve and which are on trial; promote one, roll back, purge old weights.')

  const ticker = ['-t, --ticker <symbol>', 'only this ticker'] as const
  const list = models
    .command('list')
    .description('Champion, challengers and drift of every ticker.')
    .option(...ticker)
  list.option('--json', 'print JSON').action(() => listModels(list.optsWithGlobals()))

  const show = models.command('show <id>').description('All that is known of a model but its weights.')
  show.option('--json', 'print JSON').action((id: string) => showModel(id, show.optsWithGlobals()))

  const promoted = models.command('promote <id>').description('Let a model serve its ticker from the next forecast on.')
  promoted.action((id: string) => change(promoted.optsWithGlobals(), ({ db, now, tell }) => promote(db, id, now, tell)))

  const rolledBack = models
    .command('rollback <ticker>')
    .description('Give a ticker back to the model that served before its champion.')
  rolledBack.action((symbol: string) =>
    change(rolledBack.optsWithGlobals(), ({ db, now, tell }) => rollBack(db, symbol, now, tell)),
  )

  const purge = models
    .command('purge')
    .description(
      'Remove the weights of old models that neither serve, nor served before, nor are on trial. Forecasts stay; those they made can be audited no longer.',
    )
    .option(...ticker)
    .option('--days <n>', 'keep those of the last n days (default: lifecycle.keepWeightsDays)', wholeNumber)
  purge.action(() => purgeModels(purge.optsWithGlobals()))
}

const listModels = (options: ListOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database }) => {
    const rows = await lifecycles(database.db, { ticker: options.ticker })
    if (options.ticker && rows.length === 0) throw new UserError(`no such ticker: ${options.ticker}`, { exitCode: 2 })
    process.stdout.write(
      options.json
        ? `${JSON.stringify(rows, null, 2)}\n`
        : `${rows.map(lifecycleText).join('\n\n') || 'no tickers yet'}\n`,
    )
  })

const showModel = (id: string, options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database }) => {
    const model = await modelCard(database.db, id)
    if (!model) throw new UserError(`no such model: ${id}`, { exitCode: 2 })
    process.stdout.write(options.json ? `${JSON.stringify(model, null, 2)}\n` : `${modelText(model)}\n`)
  })

type Change = (context: { db: Db; now: Date; tell: SuccessionListener }) => Promise<Changed>

const change = (options: GlobalOptions, act: Change): Promise<void> =>
  withSession({ ...options, quiet: true }, async (session) => {
    const { database, config, runContext } = session
    const tell = tellSuccession({ database, config })
    const { ticker, lineage, before } = await act({ db: database.db, now: runContext.clock(), tell })
    process.stdout.write(`${ticker}  ${lineage} serves from the next forecast on, in place of ${before}\n`)
    await deliverNow(session)
  })

const purgeModels = (options: PurgeOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database: { db }, config, runContext }) => {
    const days = options.days ?? config.lifecycle.keepWeightsDays
    if (days === 0 && options.days === undefined)
      throw new UserError('lifecycle.keepWeightsDays is 0, which keeps all weights: say --days', { exitCode: 2 })
    const now = runContext.clock()
    const purged = await purgeWeights(db, new Date(now.getTime() - days * DAY_MS), now, options.ticker)
    process.stdout.write(`${purgeText(purged)}\n`)
  })

function wholeNumber(value: string): number {
  if (!/^\d{1,5}$/.test(value)) throw new UserError(`--days ${value}: expected a whole number from 0`, { exitCode: 2 })
  return Number(value)
}
