import type * as tf from '@tensorflow/tfjs'
import type { WeightArray, Weights } from '../forecaster.js'
import type { WeightTensors } from '../mambaBlock.js'
import { gru } from './gru.js'
import { lstm } from './lstm.js'
import { mambaStock } from './mambaStock.js'
import type { NetworkName } from './networkNames.js'
import { s4d } from './s4d.js'
import { transformer } from './transformer.js'

/** Inputs and outputs of a network; everything inside follows from its kind. */
export interface NetworkSize {
  readonly features: number
  readonly outputs: number
}

/** A network over sequences that can be trained beside MambaStock: causal, x (b, l, features) -> (b, l, outputs). */
export interface Network {
  /** First weights, every number fixed by the seed; `head.weight` and `head.bias` are the last layer. */
  readonly initialWeights: (size: NetworkSize, seed: number) => Weights
  /** Raw outputs, before the head's own transform. */
  readonly forward: (weights: WeightTensors, x: tf.Tensor3D) => tf.Tensor3D
}

/** Every network of the comparison (Shi 2024, table 2); a new one is one file, its name in networkNames.ts and one line here. */
export const networks: Readonly<Record<NetworkName, Network>> = { mambastock: mambaStock, lstm, gru, transformer, s4d }

/** Number of trainable parameters. */
export const countParameters = (weights: Weights): number =>
  Object.values(weights).reduce((sum, { data }: WeightArray) => sum + data.length, 0)
