import type { Protocol, WalkForward } from './evaluation.js'
import type { Verdict } from './score.js'

/** Mean and sample standard deviation (divisor n - 1; null for one value, which has none). */
export interface MeanAndSd {
  readonly mean: number
  readonly sd: number | null
}

export type FigureValues = Readonly<Record<string, number | null>>

/** Where, when and how an evaluation was made; shown with every figure. */
export interface Provenance {
  readonly command: string
  readonly machine: string
  readonly date: string
  readonly version: string
  /** Whether trained models are calibrated on the outcomes known before each forecast. */
  readonly recalibrated: boolean
}

export interface ModelReport {
  readonly model: string
  /** False for persistence and the baselines. */
  readonly trained: boolean
  readonly seeds: readonly {
    readonly seed: number
    readonly figures: FigureValues
    readonly losses: readonly number[]
  }[]
  /** Over seeds; a figure that a seed lacks is null. */
  readonly figures: Readonly<Record<string, MeanAndSd | null>>
  readonly parameters: number | null
  readonly train_seconds: MeanAndSd | null
  readonly inference_seconds: MeanAndSd | null
  /** 1 - pinball / pinball of each baseline, of the median seed (protocol next-day). */
  readonly pinball_skill: Readonly<Record<string, number>> | null
  /** What the article prints, where it prints something. */
  readonly published: FigureValues | null
}

export interface TickerReport {
  readonly ticker: string
  readonly is_sample: boolean
  readonly bars: number
  readonly test_from: string
  readonly test_to: string
  readonly test_size: number
  readonly train_rows: number
  /** Experiments that ran at once. */
  readonly side_by_side: number
  readonly models: readonly ModelReport[]
  readonly verdicts: readonly Verdict[]
}

export interface EvaluationReport {
  readonly protocol: Protocol
  readonly walk_forward: WalkForward
  readonly provenance: Provenance
  readonly tickers: readonly TickerReport[]
}

/** A report as it is kept: with what it says in words. */
export interface KeptReport extends EvaluationReport {
  readonly sentences: readonly string[]
}
