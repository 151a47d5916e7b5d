import type { NextDayRecord } from '../domain/evaluation.js'
import { meanOf } from '../model/baselines/moments.js'
import { empiricalQuantile } from '../model/empiricalQuantile.js'
import { averageDistribution } from '../model/ensemble.js'
import { pinballSkill } from './distributionMetrics.js'
import { nextDayFigures } from './nextDayFigures.js'
import { recalibrated } from './recalibrated.js'
import { pinballOf } from './report/nextDayVerdicts.js'

/** One way to set the product up. */
export interface AblationArm {
  readonly model: string
  /** Seeds whose quantiles are averaged. */
  readonly ensemble: number
  readonly recalibrated: boolean
}

/** Every arm is made so often, from seeds of its own, and its median figure is told. */
export const REPLICATES = 3

/** Against which a model is judged in hindsight: the strongest of them on each ticker. */
export const STRONG_BASELINES = ['ewma', 'fhs', 'garch', 'har'] as const

/** The records of one ticker. */
export interface AblationTicker {
  readonly ticker: string
  /** Share of moves beyond 2 % before the test. */
  readonly largeMoveRate: number
  /** Of every baseline by name. */
  readonly baselines: ReadonlyMap<string, NextDayRecord>
  /** Of every model by name, from seeds 1, 2, 3 ... */
  readonly seeds: ReadonlyMap<string, readonly NextDayRecord[]>
}

/** Figures of an arm on one ticker, each the median over the replicates. */
export interface ArmFigures {
  readonly ticker: string
  readonly skill_ewma: number
  /** Against the best of ewma, fhs, garch and har, chosen in hindsight. */
  readonly skill_best: number
  readonly coverage_80: number
  readonly coverage_95: number
  readonly brier_skill: number | null
}

/** Seeds that an arm needs. */
export const seedsNeeded = ({ ensemble }: AblationArm): number => REPLICATES * ensemble

/** Figures of one arm on each ticker. @throws RangeError when a ticker lacks a seed or a baseline. */
export const armFigures = (arm: AblationArm, tickers: readonly AblationTicker[]): ArmFigures[] =>
  tickers.map((ticker) => {
    const baselineLosses = STRONG_BASELINES.map((name) => pinballOf(known(ticker.baselines.get(name), name)))
    const replicates = replicatesOf(arm, known(ticker.seeds.get(arm.model), arm.model)).map((record) => {
      const { coverage_80, coverage_95, brier_skill } = nextDayFigures(record, ticker.largeMoveRate)
      const loss = pinballOf(record)
      return {
        ...{ coverage_80, coverage_95, brier_skill: brier_skill ?? Number.NaN },
        skill_ewma: pinballSkill(loss, baselineLosses[0]!),
        skill_best: pinballSkill(loss, Math.min(...baselineLosses)),
      }
    })
    const median = (of: (figures: (typeof replicates)[number]) => number) =>
      empiricalQuantile(
        replicates.map(of).sort((a, b) => a - b),
        0.5,
      )
    const brier = median(({ brier_skill }) => brier_skill)
    return {
      ticker: ticker.ticker,
      skill_ewma: median(({ skill_ewma }) => skill_ewma),
      skill_best: median(({ skill_best }) => skill_best),
      coverage_80: median(({ coverage_80 }) => coverage_80),
      coverage_95: median(({ coverage_95 }) => coverage_95),
      brier_skill: Number.isNaN(brier) ? null : brier,
    }
  })

/** Records of an arm, each from seeds of its own. */
function replicatesOf({ ensemble, recalibrated: isRecalibrated }: AblationArm, seeds: readonly NextDayRecord[]) {
  return Array.from({ length: REPLICATES }, (_, r) => {
    const members = seeds.slice(r * ensemble, (r + 1) * ensemble)
    if (members.length < ensemble)
      throw new RangeError(`${REPLICATES * ensemble} seeds are needed, not ${seeds.length}`)
    const record = ensembleRecord(members)
    return isRecalibrated ? recalibrated(record) : record
  })
}

/** The record of an ensemble: its members' forecasts of each session, averaged. */
export function ensembleRecord(members: readonly NextDayRecord[]): NextDayRecord {
  const [first] = members
  if (members.length === 1) return first!
  const averages = first!.asOf.map((_, i) =>
    averageDistribution(members.map(({ mean, quantiles }) => ({ mean: mean[i]!, quantiles: quantiles[i]! }))),
  )
  return { ...first!, mean: averages.map(({ mean }) => mean), quantiles: averages.map(({ quantiles }) => quantiles) }
}

function known<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new RangeError(`no record of ${name}`)
  return value
}

/** A row of the table: what an arm comes to over all tickers. */
export interface ArmSummary extends AblationArm {
  readonly skill_ewma: number
  readonly skill_best: number
  /** Tickers on which it is above zero. */
  readonly tickers_above_best: number
  readonly coverage_80: number
  readonly coverage_80_range: readonly [number, number]
  readonly coverage_95: number
  readonly brier_skill: number
  readonly tickers_brier_above: number
  readonly tickers: readonly ArmFigures[]
}

/** Means over tickers, and on how many it is better than nothing. */
export function armSummary(arm: AblationArm, tickers: readonly AblationTicker[]): ArmSummary {
  const all = armFigures(arm, tickers)
  const mean = (of: (figures: ArmFigures) => number) => meanOf(all.map(of))
  const coverages = all.map(({ coverage_80 }) => coverage_80)
  const brier = all.flatMap(({ brier_skill }) => brier_skill ?? [])
  return {
    ...arm,
    skill_ewma: mean(({ skill_ewma }) => skill_ewma),
    skill_best: mean(({ skill_best }) => skill_best),
    tickers_above_best: all.filter(({ skill_best }) => skill_best > 0).length,
    coverage_80: mean(({ coverage_80 }) => coverage_80),
    coverage_80_range: [Math.min(...coverages), Math.max(...coverages)],
    coverage_95: mean(({ coverage_95 }) => coverage_95),
    brier_skill: brier.length > 0 ? meanOf(brier) : Number.NaN,
    tickers_brier_above: brier.filter((value) => value > 0).length,
    tickers: all,
  }
}
