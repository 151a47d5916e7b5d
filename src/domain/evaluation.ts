/** `paper`: the experiment of MambaStock as published, its leak included. `next-day`: the product's own question. */
export type Protocol = 'paper' | 'next-day'

/** How the last rows of a history are forecast from the rows before them. */
export interface WalkForward {
  /** Sessions that are forecast, at the end. */
  readonly testSize: number
  /** Sessions forecast before the next cut. */
  readonly stepSize: number
  /** Cuts between two trainings: 1 trains anew at each. */
  readonly refit: number
  /** Sessions before each cut that are not trained on. */
  readonly embargo: number
  /** Whether a later cut trains on all rows before it, or on as many as the first. */
  readonly window: 'expanding' | 'rolling'
}

/** What a model cost in the run that is reported. */
export interface ModelCost {
  readonly parameters: number
  /** Optimiser steps behind the kept weights. */
  readonly epochs: number
  /** Training loss before each step. */
  readonly losses: readonly number[]
  readonly trainSeconds: number
  /** One pass over everything that is forecast, the median of three, after one that warms up. */
  readonly inferenceSeconds: number
  readonly backend: string
}

/** A model under protocol `paper` on one ticker, from one seed: n rows of the test window. */
export interface PaperRecord {
  readonly protocol: 'paper'
  readonly sessions: readonly string[]
  /** Closes, and the closes of the rows before them, in the quote currency. */
  readonly close: readonly number[]
  readonly previousClose: readonly number[]
  /** Predicted change of the same row, as a fraction. */
  readonly predictions: readonly number[]
  readonly trainRows: number
  /** Null for persistence, which is not trained. */
  readonly cost: ModelCost | null
  /** Experiments that ran beside it at most, itself included: above 1 its seconds are not those of a model alone. */
  readonly sideBySide: number
}

/** A model or baseline under protocol `next-day` on one ticker, from one seed: n forecasts and what came. */
export interface NextDayRecord {
  readonly protocol: 'next-day'
  readonly asOf: readonly string[]
  /** Adjusted close of `asOf`, in the quote currency. */
  readonly close: readonly number[]
  /** Simple return of the session after `asOf`, in percent. */
  readonly returnPct: readonly number[]
  readonly mean: readonly number[]
  /** One list per entry of `asOf`, in percent, at `QUANTILE_LEVELS`. */
  readonly quantiles: readonly (readonly number[])[]
  /** Rows of the last training. */
  readonly trainRows: number
  readonly fits: number
  /** Null for baselines. Seconds of all trainings together, losses of the last. */
  readonly cost: ModelCost | null
  readonly sideBySide: number
}

export type EvaluationRecord = PaperRecord | NextDayRecord

/** What makes an evaluation the same one: done once, it need not be done again. */
export interface EvaluationKey {
  readonly ticker: string
  readonly model: string
  /** 0 for what no seed changes: baselines, and given first weights. */
  readonly seed: number
  /** Hash of everything that was chosen. */
  readonly experiment: string
  /** Hash of all bars. */
  readonly dataHash: string
}
