import type { EvaluationRecord, NextDayRecord, PaperRecord, Protocol, WalkForward } from '../../domain/evaluation.js'
import type {
  EvaluationReport,
  FigureValues,
  MeanAndSd,
  ModelReport,
  Provenance,
  TickerReport,
} from '../../domain/evaluationReport.js'
import { meanAndSd } from '../meanAndSd.js'
import { nextDayFigures } from '../nextDayFigures.js'
import { paperFigures } from '../paperFigures.js'
import { COMPARED_TICKER, publishedComparison, publishedTable } from '../publishedFigures.js'
import { medianSeed, nextDayVerdicts, pinballSkills } from './nextDayVerdicts.js'

export interface ModelInput {
  readonly model: string
  readonly seed: number
  readonly record: EvaluationRecord
}

export interface TickerInput {
  readonly ticker: string
  readonly isSample: boolean
  readonly bars: number
  /** Share of moves beyond 2 % in the sessions before those that are tested. */
  readonly largeMoveRate: number
  readonly models: readonly ModelInput[]
}

/** Condenses the records of an evaluation into what is printed, written and drawn. */
export const reportOf = (
  protocol: Protocol,
  walk_forward: WalkForward,
  provenance: Provenance,
  tickers: readonly TickerInput[],
): EvaluationReport => ({ protocol, walk_forward, provenance, tickers: tickers.map(tickerReport) })

function tickerReport({ ticker, isSample, bars, largeMoveRate, models }: TickerInput): TickerReport {
  const names = [...new Set(models.map(({ model }) => model))]
  const order = (name: string): number => (models.some((m) => m.model === name && m.record.cost) ? 0 : 1)
  const first = models.find(({ record }) => record.cost) ?? models[0]!
  const sessions = first.record.protocol === 'paper' ? first.record.sessions : first.record.asOf
  return {
    ...{ ticker, is_sample: isSample, bars, test_size: sessions.length, train_rows: first.record.trainRows },
    ...{ test_from: sessions[0]!, test_to: sessions.at(-1)!, side_by_side: first.record.sideBySide },
    models: names.sort((a, b) => order(a) - order(b)).map((name) => modelReport(ticker, name, models, largeMoveRate)),
    verdicts: nextDayVerdicts(ticker, models),
  }
}

function modelReport(ticker: string, name: string, all: readonly ModelInput[], largeMoveRate: number): ModelReport {
  const own = all.filter(({ model }) => model === name).sort((a, b) => a.seed - b.seed)
  const seeds = own.map(({ seed, record }) => ({
    seed,
    figures: figuresOf(record, largeMoveRate),
    losses: record.cost?.losses ?? [],
  }))
  const costs = own.flatMap(({ record }) => record.cost ?? [])
  const overSeeds = (value: (cost: (typeof costs)[number]) => number) =>
    costs.length > 0 ? meanAndSd(costs.map(value)) : null
  return {
    ...{ model: name, trained: costs.length > 0, seeds },
    figures: Object.fromEntries(
      Object.keys(seeds[0]!.figures).map((figure) => [figure, summary(seeds.map(({ figures }) => figures[figure]!))]),
    ),
    parameters: costs[0]?.parameters ?? null,
    train_seconds: overSeeds(({ trainSeconds }) => trainSeconds),
    inference_seconds: overSeeds(({ inferenceSeconds }) => inferenceSeconds),
    pinball_skill: own[0]!.record.protocol === 'next-day' ? pinballSkills(medianSeed(own).record, all) : null,
    published: own[0]!.record.protocol === 'paper' ? publishedFor(ticker, name) : null,
  }
}

const figuresOf = (record: PaperRecord | NextDayRecord, largeMoveRate: number): FigureValues => ({
  ...(record.protocol === 'paper' ? paperFigures(record) : nextDayFigures(record, largeMoveRate)),
})

function summary(values: readonly (number | null)[]): MeanAndSd | null {
  const known = values.filter((value) => value !== null)
  return known.length === values.length ? meanAndSd(known) : null
}

function publishedFor(ticker: string, model: string): FigureValues | null {
  const table = model === 'mambastock' ? publishedTable[ticker] : undefined
  const compared = ticker === COMPARED_TICKER ? publishedComparison[model] : undefined
  return table || compared ? { ...compared, ...table } : null
}
