import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import type { Config } from '../config.js'
import { UserError } from '../domain/errors.js'
import { createTrainingPool, type TrainingPool } from '../model/trainingPool.js'
import { type AuditFinding, auditTicker, type TickerAudit } from '../scheduler/jobs/audit/auditTicker.js'
import { chooseTickers } from './chooseTickers.js'
import { tickerOption } from './listOption.js'
import { progressDisplay } from './progressDisplay.js'
import { type GlobalOptions, type Session, withSession } from './session.js'

interface AuditOptions extends GlobalOptions {
  readonly ticker: readonly string[]
  readonly last?: number
  readonly tolerance: number
}

/** Backends whose results are the same to the bit every time. */
const EXACT: ReadonlySet<string> = new Set(['cpu', 'wasm'])
const SHOWN = 10

/** Adds `audit`, which makes the ledger's forecasts again from truncated data. */
export function addAuditCommand(program: Command): void {
  const command = program
    .command('audit')
    .summary('Make stored forecasts again from what was known then, and report any that differ.')
    .description(
      'Make every forecast of the ledger again, from the bars that were known when it was made and the stored weights, and report any that differs: it was changed later, or it had seen the future. Exit code 1 when one does.',
    )
    .addOption(tickerOption())
    .option('-n, --last <sessions>', 'only the last n sessions that were forecast', wholeNumber)
    .option(
      '--tolerance <share>',
      'greatest difference that counts as none, as a share of the 95 % interval (for a ledger made on another machine)',
      share,
      0,
    )
    .option('--json', 'print JSON')
  command.action(() => audit(command.optsWithGlobals()))
}

const audit = (options: AuditOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async (session) => {
    const { database, config } = session
    const tickers = await chooseTickers(database.db, config, { symbols: options.ticker })
    const audits = await auditAll(
      tickers.map(({ symbol }) => symbol),
      options,
      session,
    )
    process.stdout.write(
      options.json ? `${JSON.stringify(audits, null, 2)}\n` : `${audits.map(auditText).join('\n')}\n`,
    )
    const differing = audits.reduce((sum, one) => sum + one.differing.length, 0)
    if (differing > 0)
      throw new UserError(`${differing} ${differing === 1 ? 'forecast does' : 'forecasts do'} not come out as recorded`)
  })

async function auditAll(
  symbols: readonly string[],
  { last, tolerance }: AuditOptions,
  { database: { db }, config, signal }: Session,
): Promise<TickerAudit[]> {
  const pools = new Map<string, TrainingPool>()
  const display = progressDisplay()
  const audits: TickerAudit[] = []
  try {
    for (const ticker of symbols) {
      const onProgress = (done: number, total: number) =>
        display.update(ticker, { stage: 'forecast', done, total, message: `auditing ${done}/${total}` })
      const found = await auditTicker({
        ...{ db, ticker, last, tolerance, signal, onProgress },
        poolFor: (backend) => poolFor(pools, backend, config),
      })
      audits.push(found)
      display.update(ticker, { stage: 'done', done: 0, total: 0, message: `${found.checked} made again` })
    }
    return audits
  } finally {
    display.stop()
    await Promise.all([...pools.values()].map((pool) => pool.close()))
  }
}

/** On the backend of the model, where its arithmetic repeats to the bit; else on the configured one. */
function poolFor(pools: Map<string, TrainingPool>, backend: string, config: Config): TrainingPool {
  const name = EXACT.has(backend) ? (backend as 'cpu' | 'wasm') : config.model.backend
  const pool = pools.get(name) ?? createTrainingPool({ threads: availableParallelism(), backend: name })
  pools.set(name, pool)
  return pool
}

function auditText({ ticker, checked, differing, unverifiable }: TickerAudit): string {
  const lines = [
    `${ticker}  ${checked} forecasts made again, ${differing.length} differ, ${unverifiable.length} cannot be made again`,
    ...differing.slice(0, SHOWN).map(findingText),
    ...(differing.length > SHOWN ? [`  and ${differing.length - SHOWN} more; --json lists all`] : []),
    ...[...new Set(unverifiable.map(({ reason }) => reason))].map(
      (reason) => `  ${unverifiable.filter((one) => one.reason === reason).length} not checked: ${reason}`,
    ),
  ]
  return lines.join('\n')
}

function findingText({ asOf, forecaster, origin, differences }: AuditFinding): string {
  const gap = ({ recorded, recomputed }: (typeof differences)[number]) => Math.abs(recorded - recomputed)
  const worst = differences.reduce((a, b) => (gap(b) > gap(a) ? b : a))
  return `  ${asOf} ${forecaster} (${origin}): ${worst.field} is recorded as ${worst.recorded} and comes out as ${worst.recomputed}`
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value))
    throw new UserError(`--last ${value}: expected a whole number above 0`, { exitCode: 2 })
  return Number(value)
}

function share(value: string): number {
  const number = Number(value)
  if (value.trim() === '' || !(number >= 0 && number <= 1))
    throw new UserError(`--tolerance ${value}: expected a number from 0 to 1`, { exitCode: 2 })
  return number
}
