import { findModel, type LedgerRow, ledgerRows, revisionsOf } from '../../../db/audit.js'
import { barsOf } from '../../../db/bars.js'
import { actionsOf } from '../../../db/corporateActions.js'
import type { Db } from '../../../db/database.js'
import { explanationOf } from '../../../db/explanations.js'
import { lineageOf, type ModelRow } from '../../../db/models.js'
import { seriesRows } from '../../../db/series.js'
import { findTicker } from '../../../db/tickers.js'
import type { SeriesRow } from '../../../domain/series.js'
import { type AuditDifference, auditForecast } from '../../../evaluation/leakAudit.js'
import { computeFeatures } from '../../../features/computeFeatures.js'
import { seriesNames } from '../../../features/exogenous.js'
import { extraNames } from '../../../features/extras.js'
import { baselines } from '../../../model/baselines/baselines.js'
import { loadCheckpoint } from '../../../model/checkpoint.js'
import type { Checkpoint } from '../../../model/forecaster.js'
import { modelSemantics } from '../../../model/semantics.js'
import type { TrainingPool } from '../../../model/trainingPool.js'
import { seenBy } from '../panelBefore.js'
import { type Again, calibratedAgain, calibrationDifferences } from './calibratedAgain.js'
import { explanationDifferences } from './explanationDifferences.js'
import { type KnownInputs, knownBars } from './knownBars.js'

export interface AuditRequest {
  readonly db: Db
  readonly ticker: string
  /** Only the last sessions that were forecast. */
  readonly last?: number | undefined
  /** Greatest difference that counts as none, as a share of the width of the 95 % interval; 0 asks for every bit. */
  readonly tolerance: number
  /** Threads that compute on a backend. */
  readonly poolFor: (backend: string) => TrainingPool
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
}

/** A forecast that does not come out as it was recorded, or cannot be made again. */
export interface AuditFinding extends Pick<LedgerRow, 'asOf' | 'forecaster' | 'model' | 'origin'> {
  readonly differences: readonly AuditDifference[]
  readonly reason: string
}

export interface TickerAudit {
  readonly ticker: string
  readonly checked: number
  readonly differing: readonly AuditFinding[]
  /** Not recomputed: the bars or the model they were made from are no longer there. */
  readonly unverifiable: readonly AuditFinding[]
}

/**
 * Makes every forecast of a ticker's ledger again, from the bars that its hash names and no later one, with the stored
 * weights or the baseline fitted as then. What was repainted, or had seen what came later, comes out differently.
 */
export async function auditTicker(request: AuditRequest): Promise<TickerAudit> {
  const { db, ticker, last, signal, onProgress } = request
  const rows = await ledgerRows(db, ticker, last)
  const models = storedModels(db)
  const seriesOf = await seriesLookup(rows, models)
  const known = knownBars({
    bars: await barsOf(db, ticker),
    revisions: await revisionsOf(db, ticker),
    actions: await actionsOf(db, ticker),
    ticker: (await findTicker(db, ticker)) ?? { symbol: ticker, exchange: '', timezone: 'UTC' },
    series: await rowsOfSeries(db, rows.flatMap(seriesOf)),
  })
  const recompute = recomputer(request, models)
  const differing: AuditFinding[] = []
  const unverifiable: AuditFinding[] = []
  for (const [i, row] of rows.entries()) {
    signal.throwIfAborted()
    const finding = await auditRow(row, known.find({ ...row, series: seriesOf(row) }), recompute, request.tolerance)
    if (finding) (finding.differences.length > 0 ? differing : unverifiable).push(finding)
    onProgress(i + 1, rows.length)
  }
  return { ticker, checked: rows.length - unverifiable.length, differing, unverifiable }
}

type Recompute = (row: LedgerRow, inputs: KnownInputs) => Promise<Again | string>

/** The series that a row's inputs held: those that the network forecasting from the same inputs was trained on. */
async function seriesLookup(
  rows: readonly LedgerRow[],
  modelOf: StoredModels,
): Promise<(row: LedgerRow) => readonly string[]> {
  const byHash = new Map<string, readonly string[]>()
  const isBaseline = new Set(baselines.map(({ name }) => name))
  for (const { dataHash, forecaster, model } of rows) {
    if (isBaseline.has(forecaster)) continue
    const stored = await modelOf(model)
    if (stored) byHash.set(dataHash, seriesNames(stored.checkpoint.featureNames))
  }
  return ({ dataHash }) => byHash.get(dataHash) ?? []
}

async function rowsOfSeries(db: Db, names: readonly string[]): Promise<Map<string, SeriesRow[]>> {
  const entries = [...new Set(names)].map(async (name) => [name, await seriesRows(db, name)] as const)
  return new Map(await Promise.all(entries))
}

async function auditRow(
  row: LedgerRow,
  inputs: KnownInputs | undefined,
  recompute: Recompute,
  tolerance: number,
): Promise<AuditFinding | null> {
  const { asOf, forecaster, model, origin } = row
  const finding = (differences: AuditDifference[], reason: string) => ({
    ...{ asOf, forecaster, model, origin, differences, reason },
  })
  if (!inputs) return finding([], 'the bars it was made from were replaced and are known no longer')
  let missing: string | undefined
  const before: AuditDifference[] = []
  const differences = await auditForecast({
    ...{ bars: inputs.bars, asOf, forecast: row },
    recompute: async (bars) => {
      const again = await recompute(row, { ...inputs, bars })
      if (typeof again !== 'string') {
        before.push(...calibrationDifferences(row, again), ...(again.explanation ?? []))
        return again
      }
      missing = again
      return row
    },
  })
  if (missing) return finding([], missing)
  const allowed = tolerance * (row.quantiles.at(-1)! - row.quantiles[0]!)
  const real = [...differences, ...before].filter(
    ({ recorded, recomputed }) => !(Math.abs(recorded - recomputed) <= allowed),
  )
  return real.length > 0 ? finding(real, 'recomputed from the bars that were known, it comes out differently') : null
}

type StoredModels = (id: string) => Promise<{ readonly row: ModelRow; readonly checkpoint: Checkpoint } | undefined>

/** Models by id, each read once. */
function storedModels(db: Db): StoredModels {
  const read = async (id: string) => {
    const row = await findModel(db, id)
    return row && !row.purgedAt ? { row, checkpoint: loadCheckpoint(row.weights) } : undefined
  }
  const found = new Map<string, ReturnType<typeof read>>()
  return (id) => {
    const model = found.get(id) ?? read(id)
    found.set(id, model)
    return model
  }
}

/** Recomputes rows; a text says why one cannot be. Fitted baselines are kept while they serve. */
function recomputer({ db, poolFor, signal }: AuditRequest, modelOf: StoredModels): Recompute {
  const fits = new Map<string, ReturnType<(typeof baselines)[number]['fit']>>()
  return async (row, inputs) => {
    const { bars } = inputs
    const baseline = baselines.find(({ name }) => name === row.forecaster)
    if (!baseline) return network(row, inputs)
    if (row.model !== `${baseline.name}@${baseline.version}`)
      return `it was made by ${row.model}, this version has ${baseline.name}@${baseline.version}`
    const fittedTo = row.origin === 'backtest' ? row.firstAsOf : row.asOf
    const key = `${row.model} ${row.origin} ${fittedTo} ${row.origin === 'live' ? row.dataHash : row.madeAt.toISOString()}`
    const fitted = fits.get(key) ?? baseline.fit(bars.filter(({ session }) => session <= fittedTo))
    fits.set(key, fitted)
    return fitted.forecast(bars, bars.length - 1)[0]!
  }

  async function network(row: LedgerRow, { bars, exogenous }: KnownInputs): Promise<Again | string> {
    const stored = await modelOf(row.model)
    if (!stored) return `the weights of its model ${row.model} are not stored, or were purged`
    const { row: model, checkpoint } = stored
    const now = modelSemantics()
    const extras = extraNames(bars).filter((name) => checkpoint.featureNames.includes(`${name}_z_score`))
    const { table } = seenBy(
      { ticker: row.ticker, table: computeFeatures(bars, { extras, exogenous }) },
      checkpoint.featureNames,
    )
    if (table.names.join() !== checkpoint.featureNames.join() || (model.semantics ?? now) !== now)
      return `its model was trained on features that this version does not make (made by ${model.codeVersion})`
    const pool = poolFor(model.backend)
    const [raw] = await pool.predict(checkpoint, table, bars.length - 1, signal)
    const again = row.calibration ? await calibratedAgain(db, row, lineageOf(model), raw!) : raw!
    const recorded = row.origin === 'live' ? await explanationOf(db, row) : undefined
    if (!recorded) return again
    return { ...again, explanation: explanationDifferences(recorded, await pool.explain(checkpoint, table, signal)) }
  }
}
