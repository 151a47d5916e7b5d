import type { Distribution } from '../domain/forecast.js'
import type { ContextColumns, FeatureTable } from '../features/table.js'

/** Shape of the network, in the paper's symbols (arXiv 2312.00752; model.md of the design). */
export interface MambaShape {
  /** F, the columns of context included */ readonly features: number
  /** D */ readonly dModel: number
  readonly nLayers: number
  /** N */ readonly dState: number
  readonly expand: number
  /** K */ readonly dConv: number
  /** R; `'auto'` = ceil(D / 16). */ readonly dtRank: number | 'auto'
  /** Outputs: 10 for the quantile head (nine quantiles and their common scale), 1 for tanh regression. */ readonly outputs: number
  /** Set when the last columns are those of other sources than the ticker (contextMixer.ts). */
  readonly context?: ContextColumns | undefined
}

export type HeadName = 'quantile' | 'tanh'

/** Everything about training that is chosen; part of a model's identity. */
export interface TrainingOptions {
  readonly head: HeadName
  readonly dModel: number
  readonly nLayers: number
  readonly dState: number
  readonly expand: number
  readonly dConv: number
  readonly dtRank: number | 'auto'
  readonly learningRate: number
  /** L2 in the gradient, on every parameter (the paper's Adam). */
  readonly weightDecay: number
  readonly maxEpochs: number
  /** Epochs without a better validation loss before training stops. */
  readonly patience: number
  /** Share of the training rows, at their end, kept for early stopping; 0 trains all epochs on all rows. */
  readonly validationShare: number
  /** Training rows, the last ones, that the training loss counts; absent: all. The network reads those before them too. */
  readonly trainWindow?: number
  readonly seed: number
  /** Networks from as many seeds whose quantiles are averaged; one without it. */
  readonly ensemble?: number
}

/** One weight: PyTorch shape, values row-major. */
export interface WeightArray {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Weights by PyTorch name (`blocks.0.A_log`, `blocks.0.in_proj.weight` ...), PyTorch layout. */
export type Weights = Readonly<Record<string, WeightArray>>

/** Centre and width of each feature over the training rows. */
export interface Normaliser {
  readonly mean: readonly number[]
  readonly scale: readonly number[]
}

/** A trained network: enough to forecast again bit for bit on the same backend. */
export interface Checkpoint {
  readonly options: TrainingOptions
  readonly shape: MambaShape
  readonly featureNames: readonly string[]
  /** Fitted on training rows only; one entry per feature. */
  readonly normaliser: Normaliser
  readonly weights: Weights
  /** Of an ensemble: the weights of its members after the first, whose features and normaliser they share. */
  readonly further?: readonly Weights[]
  /** Tanh head only: quantiles of the training rows' (return - mean) / scalePct; null for the quantile head. */
  readonly residualQuantiles: readonly number[] | null
  /** First and last training session, `YYYY-MM-DD`; validation rows included. */
  readonly trainStart: string
  readonly trainEnd: string
  readonly trainRows: number
  /** Optimiser steps behind the kept weights (0: the first weights were never beaten in validation). */
  readonly epochs: number
  readonly trainLoss: number
  readonly validationLoss: number
  readonly backend: string
  readonly seconds: number
  readonly parameters: number
}

export interface EpochProgress {
  readonly epoch: number
  readonly maxEpochs: number
  readonly trainLoss: number
  readonly validationLoss: number
}

/**
 * A training between two epochs. Going on from it ends in the same bits as never having stopped, on the same backend:
 * nothing random is drawn after the first weights.
 */
export interface TrainingState {
  /** The epoch that comes next; as many Adam steps are behind it. */
  readonly epoch: number
  /** Of the best weights so far. */
  readonly best: EpochProgress
  readonly backend: string
  /** Seconds of training so far. */
  readonly seconds: number
  /** (4, parameters): weights, Adam's m and v, the best weights so far; each in canonical order. */
  readonly numbers: Float32Array
}

/** Lets a training be taken up where it was left. */
export interface Continuation {
  /** Where to go on. One of another backend is left aside. */
  readonly from?: TrainingState | undefined
  /** Seconds of training from one state that is kept to the next. */
  readonly everySeconds: number
  /** Also called when the signal ends the training, with the state it ends in. */
  readonly keep: (state: TrainingState) => void
}

export interface TrainRequest {
  readonly table: FeatureTable
  /** Rows [0, trainRows) may be seen; their targets must be known. */
  readonly trainRows: number
  readonly options: TrainingOptions
  /** Weights to go on from (fine-tuning); features and shape must match. */
  readonly warmStart?: Checkpoint
  readonly onEpoch?: (progress: EpochProgress) => void
  readonly continuation?: Continuation
  readonly signal?: AbortSignal
}

/**
 * Trains one network on rows [0, trainRows) on the active tfjs backend.
 * @throws UserError when there are too few rows, the series is constant, training diverges, or the warm start is of
 *   another network; the signal's reason when aborted.
 */
export type Train = (request: TrainRequest) => Promise<Checkpoint>

/** One distribution per row in [from, L), each from rows <= it (percent). */
export type Predict = (checkpoint: Checkpoint, table: FeatureTable, from: number) => Promise<Distribution[]>
