import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { type BackendName, selectBackend } from '../../src/kernels/backend.js'

/** The reference material lies beside the repository, where it is present at all. */
export const shared = resolve(import.meta.dirname, '../../../shared')
export const hasReference = existsSync(join(shared, 'reference/golden.json'))

export interface Pack {
  readonly shape: number[]
  readonly data: number[]
}

export interface GoldenCase {
  readonly batch: number
  readonly length: number
  readonly features: number
  readonly d_model: number
  readonly n_layers: number
  readonly d_state: number
  readonly x: Pack
  readonly y: Pack
  readonly weights: Readonly<Record<string, Pack>>
  readonly output: Pack
  readonly loss: number
  readonly grads: Readonly<Record<string, Pack>>
  readonly adam_lr: number
  readonly adam_losses: readonly number[]
}

export const readReference = <T>(name: string): T =>
  JSON.parse(readFileSync(join(shared, 'reference', name), 'utf8')) as T

export const toTensor = ({ shape, data }: Pack): tf.Tensor => tf.tensor(data, shape, 'float32')

/** Why a backend cannot start here, or null when it can. */
export async function whyAbsent(name: BackendName): Promise<string | null> {
  try {
    await selectBackend(name)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** Norm of the difference over the norm of the expectation, and the index that is furthest off, for messages. */
export function distance(actual: ArrayLike<number>, expected: readonly number[]): { relative: number; worst: string } {
  let [difference, norm, worst] = [0, 0, 0]
  const error = (i: number) => Math.abs(actual[i]! - expected[i]!)
  for (let i = 0; i < expected.length; i++) {
    difference += error(i) ** 2
    norm += expected[i]! ** 2
    if (!(error(i) <= error(worst))) worst = i
  }
  const at = `index ${worst}: ${actual[worst]} for ${expected[worst]}`
  return { relative: Math.sqrt(difference) / Math.max(Math.sqrt(norm), Number.MIN_VALUE), worst: at }
}
