import pLimit from 'p-limit'
import type { Db } from '../../../db/database.js'
import { findEvaluation, saveEvaluation } from '../../../db/evaluations.js'
import type { EvaluationRecord } from '../../../domain/evaluation.js'
import type { TickerProgress } from '../../../domain/run.js'
import type { TrainingPool } from '../../../model/trainingPool.js'
import { trainingProgress } from '../../trainingProgress.js'
import { type Cell, evaluationCells } from './evaluationCells.js'
import type { EvaluationData } from './evaluationData.js'
import type { EvaluationSettings } from './evaluationSettings.js'
import { MambaVariants } from './mambaVariants.js'

export interface EvaluationRun {
  readonly db: Db
  readonly pool: TrainingPool
  readonly settings: EvaluationSettings
  readonly data: readonly EvaluationData[]
  /** Cells at a time; seconds are those of a model alone only at 1. */
  readonly jobs: number
  /** Does stored cells again. */
  readonly again: boolean
  readonly clock: () => Date
  readonly signal: AbortSignal
  readonly onProgress: (label: string, progress: TickerProgress) => void
}

export interface EvaluatedModel {
  readonly model: string
  readonly seed: number
  readonly record: EvaluationRecord
}

/** Records by ticker, in the order of `data`. */
export type EvaluationResults = ReadonlyMap<string, readonly EvaluatedModel[]>

/**
 * Runs every cell that the database does not hold yet, and stores each as it finishes: what was interrupted goes on
 * where it stopped.
 * @throws UserError of the first cell that fails; those that had finished are stored.
 */
export async function runEvaluation(run: EvaluationRun): Promise<EvaluationResults> {
  const variants = new MambaVariants(run.data)
  const cells = run.data.flatMap((data) => evaluationCells(data, run.settings, variants))
  for (const { label } of cells) run.onProgress(label, { stage: 'waiting', done: 0, total: 0 })
  const limit = pLimit(run.jobs)
  const stop = new AbortController()
  const signal = AbortSignal.any([run.signal, stop.signal])
  const results = await Promise.all(
    cells.map((cell) =>
      limit(async () => {
        signal.throwIfAborted()
        try {
          return await settle(cell, run, signal)
        } catch (error) {
          stop.abort(error)
          throw error
        }
      }),
    ),
  )
  const byTicker = new Map<string, EvaluatedModel[]>(run.data.map(({ ticker }) => [ticker, []]))
  cells.forEach((cell, i) => {
    cell.keys.forEach(({ model, seed }, k) => {
      byTicker.get(cell.ticker)!.push({ model, seed, record: results[i]![k]! })
    })
  })
  return byTicker
}

async function settle(cell: Cell, run: EvaluationRun, signal: AbortSignal): Promise<EvaluationRecord[]> {
  const { db, pool, settings, jobs, clock, onProgress } = run
  const done = (message: string) => onProgress(cell.label, { stage: 'done', done: 0, total: 0, message })
  if (!run.again) {
    const stored = await Promise.all(cell.keys.map((key) => findEvaluation(db, key)))
    if (stored.every((record) => record !== undefined)) {
      done('stored already')
      return stored
    }
  }
  const onEpoch = trainingProgress('train', (progress) => onProgress(cell.label, progress))
  onProgress(cell.label, { stage: 'train', done: 0, total: 0 })
  const start = performance.now()
  const records = await cell.run({ pool, sideBySide: jobs, signal, onEpoch })
  const { protocol, codeVersion } = settings
  for (const [i, key] of cell.keys.entries())
    await saveEvaluation(db, {
      ...key,
      ...{ protocol, settings: cell.settings, record: records[i]!, codeVersion, createdAt: clock() },
    })
  done(`${((performance.now() - start) / 1000).toFixed(1)} s`)
  return records
}
