import type { TunedSetting } from '../../domain/tuning.js'
import { createRandom } from '../random.js'

/** Raised when bounds or draws change: an unfinished search of another version is not taken up. */
export const SPACE_VERSION = 1

const WIDTHS = [8, 16, 24, 32] as const
const LAYERS = [1, 2, 3] as const
const STATES = [4, 8, 16, 32] as const
/** About two, four and eight years of sessions, or all there are. */
const WINDOWS = [500, 1_000, 2_000, undefined] as const
const LEARNING_RATES = [5e-4, 2e-2] as const
const WEIGHT_DECAYS = [1e-5, 1e-1] as const

/**
 * Setting number `candidate` of a search: each choice uniform, the rates uniform in their logarithm (Bergstra & Bengio,
 * JMLR 13 (2012) 281-305). It follows from seed and number alone, so that a search taken up again draws the same.
 */
export function drawSetting(seed: number, candidate: number): TunedSetting {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ candidate)
  const oneOf = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!
  const between = ([low, high]: readonly [number, number]) =>
    Number(Math.exp(Math.log(low) + random() * Math.log(high / low)).toPrecision(3))
  const setting = {
    ...{ learningRate: between(LEARNING_RATES), weightDecay: between(WEIGHT_DECAYS) },
    ...{ dModel: oneOf(WIDTHS), nLayers: oneOf(LAYERS), dState: oneOf(STATES) },
  }
  const trainWindow = oneOf(WINDOWS)
  return trainWindow === undefined ? setting : { ...setting, trainWindow }
}
