import * as tf from '@tensorflow/tfjs'
import { linear } from '../../kernels/linear/linear.js'
import { rmsNorm } from '../../kernels/rmsNorm/rmsNorm.js'
import type { WeightArray } from '../forecaster.js'
import { createRandom, type Random } from '../random.js'
import { sizeOf } from '../weights.js'
import type { Network } from './network.js'

/** Width D and number of layers, MambaStock's own, so that only what mixes the rows differs. */
export const WIDTH = 16
const LAYERS = 2
const EPSILON = 1e-5

/** One weight of a mixer: PyTorch shape and first value of each element. */
export interface MixerWeight {
  readonly name: string
  readonly dims: readonly number[]
  readonly initial: (random: Random, index: number) => number
}

/** The weights of one block, by the mixer's own names. */
export type BlockWeights = <T extends tf.Tensor>(name: string) => T

/** What stands in the place of a Mamba block: (b, l, D) -> (b, l, D), causal. */
export interface Mixer {
  readonly weights: readonly MixerWeight[]
  readonly mix: (weight: BlockWeights, x: tf.Tensor3D) => tf.Tensor3D
}

/** PyTorch's default for layers with this many inputs: uniform ±1/sqrt(fan_in). */
export const uniform =
  (fanIn: number) =>
  (random: Random): number =>
    (2 * random() - 1) / Math.sqrt(fanIn)

const one = (): number => 1

/**
 * MambaStock with another mixer: embedding, then for each layer h = mixer(RMSNorm(h)) + h, RMSNorm, linear head. Same
 * width, layers, norms and head as the paper's network, so that a comparison is one of mixers.
 */
export const residualNetwork = (mixer: Mixer): Network => ({
  initialWeights({ features, outputs }, seed) {
    const random = createRandom(seed)
    const block = (i: number): MixerWeight[] => [
      { name: `norms.${i}.weight`, dims: [WIDTH], initial: one },
      ...mixer.weights.map((weight) => ({ ...weight, name: `blocks.${i}.${weight.name}` })),
    ]
    const all: MixerWeight[] = [
      { name: 'embed.weight', dims: [WIDTH, features], initial: uniform(features) },
      { name: 'embed.bias', dims: [WIDTH], initial: uniform(features) },
      ...Array.from({ length: LAYERS }, (_, i) => block(i)).flat(),
      { name: 'norm_f.weight', dims: [WIDTH], initial: one },
      { name: 'head.weight', dims: [outputs, WIDTH], initial: uniform(WIDTH) },
      { name: 'head.bias', dims: [outputs], initial: uniform(WIDTH) },
    ]
    return Object.fromEntries(all.map((weight) => [weight.name, firstValues(weight, random)]))
  },

  forward(weights, x) {
    const w = <T extends tf.Tensor>(name: string): T => weights[name] as T
    let h = linear(x, w<tf.Tensor2D>('embed.weight'), w<tf.Tensor1D>('embed.bias'))
    for (let i = 0; i < LAYERS; i++) {
      const block: BlockWeights = (name) => w(`blocks.${i}.${name}`)
      h = tf.add(mixer.mix(block, rmsNorm(h, w<tf.Tensor1D>(`norms.${i}.weight`), EPSILON)), h)
    }
    return linear(rmsNorm(h, w<tf.Tensor1D>('norm_f.weight'), EPSILON), w('head.weight'), w('head.bias'))
  },
})

function firstValues({ dims, initial }: MixerWeight, random: Random): WeightArray {
  return { shape: dims, data: Float32Array.from({ length: sizeOf(dims) }, (_, i) => initial(random, i)) }
}
