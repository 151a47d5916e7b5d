import type { Distribution } from '../domain/forecast.js'
import type { FeatureTable } from '../features/table.js'

/** Shape of the network, in the paper's symbols (arXiv 2312.00752; model.md of the design). */
export interface MambaShape {
  /** F */ readonly features: number
  /** D */ readonly dModel: number
  readonly nLayers: number
  /** N */ readonly dState: number
  readonly expand: number
  /** K */ readonly dConv: number
  /** R; `'auto'` = ceil(D / 16). */ readonly dtRank: number | 'auto'
  /** Outputs: 9 for the quantile head, 1 for tanh regression. */ readonly outputs: number
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
  /** Share of the training rows, at their end, kept for early stopping. */
  readonly validationShare: number
  readonly seed: number
}

/** A trained network: enough to forecast again bit for bit on the same backend. */
export interface Checkpoint {
  readonly options: TrainingOptions
  readonly shape: MambaShape
  readonly featureNames: readonly string[]
  /** Fitted on training rows only; one entry per feature. */
  readonly normaliser: { readonly mean: readonly number[]; readonly scale: readonly number[] }
  /** Weights by PyTorch name (`blocks.0.A_log`, `in_proj.weight` ...), PyTorch layout. */
  readonly weights: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>
  /** First and last training session, `YYYY-MM-DD`; validation rows included. */
  readonly trainStart: string
  readonly trainEnd: string
  readonly trainRows: number
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

export interface TrainRequest {
  readonly table: FeatureTable
  /** Rows [0, trainRows) may be seen; their targets must be known. */
  readonly trainRows: number
  readonly options: TrainingOptions
  /** Weights to go on from (fine-tuning); features and shape must match. */
  readonly warmStart?: Checkpoint
  readonly onEpoch?: (progress: EpochProgress) => void
  readonly signal?: AbortSignal
}

/** Trains one network on rows [0, trainRows). @throws UserError when there are too few rows or the series is constant. */
export type Train = (request: TrainRequest) => Promise<Checkpoint>

/** One distribution per row in [from, L), each from rows <= it (percent). */
export type Predict = (checkpoint: Checkpoint, table: FeatureTable, from: number) => Promise<Distribution[]>
