import type { EvaluationRecord, NextDayRecord } from '../../domain/evaluation.js'
import type { Verdict } from '../../domain/score.js'
import { meanOf } from '../../model/baselines/moments.js'
import { pinballLoss, pinballSkill } from '../distributionMetrics.js'
import { settledOf } from '../nextDayFigures.js'
import { verdict } from '../verdict.js'

interface Model {
  readonly model: string
  readonly seed: number
  readonly record: EvaluationRecord
}

/** Mean pinball loss over the sessions of a record, in percent. */
export const pinballOf = ({ quantiles, returnPct }: NextDayRecord): number =>
  meanOf(quantiles.map((q, i) => pinballLoss(q, returnPct[i]!)))

/** The seed whose pinball loss is the median one (the lower of two): neither the luckiest nor the unluckiest. */
export function medianSeed(seeds: readonly Model[]): Model & { record: NextDayRecord } {
  const known = seeds.flatMap(({ record, ...rest }) => (record.protocol === 'next-day' ? [{ ...rest, record }] : []))
  const ordered = known.sort((a, b) => pinballOf(a.record) - pinballOf(b.record))
  return ordered[(ordered.length - 1) >> 1]!
}

/** Records of everything that is not trained. */
export const baselinesOf = (models: readonly Model[]): Map<string, NextDayRecord> =>
  new Map(
    models.flatMap(({ model, record }): [string, NextDayRecord][] =>
      record.protocol === 'next-day' && !record.cost ? [[model, record]] : [],
    ),
  )

/** 1 - pinball / pinball of each baseline, over the same sessions. */
export function pinballSkills(record: NextDayRecord, models: readonly Model[]): Record<string, number> {
  const own = pinballOf(record)
  return Object.fromEntries(
    [...baselinesOf(models)].map(([name, rival]) => [name, pinballSkill(own, pinballOf(rival))]),
  )
}

/** What may be said of every trained model on one ticker, by its median seed; none under protocol `paper`. */
export function nextDayVerdicts(ticker: string, models: readonly Model[]): Verdict[] {
  const baselines = new Map([...baselinesOf(models)].map(([name, record]) => [name, settledOf(record)]))
  const trained = models.filter(({ record }) => record.protocol === 'next-day' && record.cost)
  return [...new Set(trained.map(({ model }) => model))].flatMap((forecaster) => {
    const median = medianSeed(trained.filter(({ model }) => model === forecaster))
    return verdict({ ticker, forecaster, settled: settledOf(median.record), baselines }) ?? []
  })
}
