import type { ModelCost, NextDayRecord } from '../../../domain/evaluation.js'
import type { Distribution } from '../../../domain/forecast.js'
import type { Fold } from '../../../evaluation/walkForward.js'
import { type FeatureTable, sliceTable } from '../../../features/table.js'
import type { TrainingOptions } from '../../../model/forecaster.js'
import type { NetworkName } from '../../../model/peers/networkNames.js'
import type { CellContext } from './evaluationCells.js'
import type { EvaluationData } from './evaluationData.js'
import { isMamba, type MambaVariant, type MambaVariants } from './mambaVariants.js'

/** Every baseline over all folds, fitted anew at each. */
export async function baselineRecords(data: EvaluationData, context: CellContext): Promise<NextDayRecord[]> {
  const { folds } = data.nextDay!
  const byName = new Map<string, Distribution[]>()
  for (const { start, trainEnd, from, to } of folds) {
    const fitted = await context.pool.forecastBaselines(data.bars.slice(start, to), trainEnd - start, context.signal)
    for (const { name, distributions } of fitted)
      byName.set(name, [...(byName.get(name) ?? []), ...distributions.slice(from - trainEnd)])
  }
  return [...byName.values()].map((distributions) => recordOf(data, distributions, null, context))
}

/** One model over all folds, trained anew at each. */
export async function modelRecord(
  data: EvaluationData,
  model: NetworkName | MambaVariant,
  options: TrainingOptions,
  variants: MambaVariants,
  context: CellContext,
): Promise<NextDayRecord> {
  const { folds } = data.nextDay!
  const { pool, signal, onEpoch } = context
  const distributions: Distribution[] = []
  const costs: ModelCost[] = []
  for (const fold of folds) {
    const { start, trainEnd, from } = fold
    const { table, warmStart } = isMamba(model)
      ? await variants.setUp(data, model, trainEnd, options, context)
      : { table: data.nextDay!.table }
    const request = { table: seenBy(table, fold), trainRows: trainEnd - start, from: from - start, options, warmStart }
    const network = isMamba(model) ? 'mamba' : model
    const { distributions: more, ...cost } = await pool.nextDay({ model: network, ...request, onEpoch }, signal)
    distributions.push(...more)
    costs.push(cost)
  }
  return recordOf(data, distributions, totalOf(costs), context)
}

/** Rows [start, to) of the table, without an outcome that a training could see too early. */
function seenBy(table: FeatureTable, { start, trainEnd, to }: Fold): FeatureTable {
  const seen = sliceTable(table, start, to)
  return { ...seen, targetPct: seen.targetPct.slice().fill(Number.NaN, trainEnd - start) }
}

const totalOf = (costs: readonly ModelCost[]): ModelCost => ({
  ...costs.at(-1)!,
  trainSeconds: costs.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0),
})

function recordOf(
  { bars, nextDay }: EvaluationData,
  distributions: readonly Distribution[],
  cost: ModelCost | null,
  { sideBySide }: CellContext,
): NextDayRecord {
  const { table, folds } = nextDay!
  const [from, last] = [folds[0]!.from, folds.at(-1)!]
  return {
    protocol: 'next-day',
    asOf: table.sessions.slice(from, last.to),
    close: bars.slice(from, last.to).map((bar) => bar.close),
    returnPct: [...table.targetPct.slice(from, last.to)],
    mean: distributions.map(({ mean }) => mean),
    quantiles: distributions.map(({ quantiles }) => quantiles),
    trainRows: last.trainEnd - last.start,
    fits: folds.length,
    ...{ cost, sideBySide },
  }
}
