import type * as tf from '@tensorflow/tfjs'
import { linear } from '../kernels/linear/linear.js'
import {
  type FlatLayout,
  flatLayout,
  flatNetwork,
  fusedNetwork,
  hasFusedNetwork,
} from '../kernels/mambaNetwork/mambaNetwork.js'
import { rmsNorm } from '../kernels/rmsNorm/rmsNorm.js'
import { CONTEXT, mixContext } from './contextMixer.js'
import type { MambaShape } from './forecaster.js'
import { mambaBlock, type WeightTensors } from './mambaBlock.js'
import { weightShapes } from './weights.js'

export const RMS_NORM_EPSILON = 1e-5

/**
 * The network before its head's own transform: x (b, l, features) -> (b, l, outputs). What other sources say is mixed
 * in first where there are any (contextMixer.ts); then embedding, then for each layer
 * h = mixer(RMSNorm(h)) + h, then RMSNorm and a linear head (Shi 2024, arXiv 2402.18959, with pre-norm residuals as
 * in Gu & Dao 2023). All sizes follow from the weights. Causal: row t depends on rows <= t of x only. Where every weight has
 * a leading dimension of models, sequence m is run by model m.
 */
export function forward(all: WeightTensors, input: tf.Tensor3D): tf.Tensor3D {
  const x = mixContext(all, input)
  const weights = withoutContext(all)
  if (weights['norms.0.weight']?.rank === 1 && hasFusedNetwork()) return fusedNetwork(weights, x, RMS_NORM_EPSILON)
  const w = (name: string) => weights[name]!
  let h = linear(x, w('embed.weight'), w('embed.bias'))
  for (let i = 0; `norms.${i}.weight` in weights; i++) h = mambaBlock(weights, i, h, RMS_NORM_EPSILON)
  return linear(rmsNorm(h, w('norm_f.weight'), RMS_NORM_EPSILON), w('head.weight'), w('head.bias'))
}

/** The same of weights that lie in one vector (weightTensors.ts). */
export function forwardFlat(shape: MambaShape, weights: tf.Tensor1D, x: tf.Tensor3D): tf.Tensor3D {
  const layout = layouts.get(shape) ?? flatLayout(weightShapes(shape))
  layouts.set(shape, layout)
  return flatNetwork(weights, layout, x, RMS_NORM_EPSILON)
}

/** A training asks with one and the same shape at every step. */
const layouts = new WeakMap<MambaShape, FlatLayout>()

const withoutContext = (weights: WeightTensors): WeightTensors =>
  `${CONTEXT}gate` in weights
    ? Object.fromEntries(Object.entries(weights).filter(([name]) => !name.startsWith(CONTEXT)))
    : weights
