import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import { UserError } from '../../domain/errors.js'
import { initialAdamState } from '../../kernels/adam/adam.js'
import type { EpochProgress, HeadName, TrainingOptions, Weights } from '../forecaster.js'
import { heads } from '../heads/head.js'
import type { TrainingData } from '../trainingData.js'
import { descend, type Progress } from '../trainingStep.js'
import { type Network, networks } from './network.js'
import type { NetworkName } from './networkNames.js'

/** What of the options a network outside the product takes; its sizes are its own. */
export type Recipe = Pick<
  TrainingOptions,
  'head' | 'learningRate' | 'weightDecay' | 'maxEpochs' | 'patience' | 'validationShare' | 'seed'
>

export interface SequenceRequest {
  readonly network: NetworkName
  readonly recipe: Recipe
  readonly features: number
  /** Training rows as one sequence, ready for the network. */
  readonly data: Pick<TrainingData, 'inputs' | 'targets' | 'trainWeights' | 'validationWeights'>
  readonly initial: Weights
  readonly onEpoch?: (progress: EpochProgress) => void
}

export interface SequenceFit {
  readonly weights: Weights
  /** Optimiser steps behind the kept weights. */
  readonly epochs: number
  /** Training loss before each step, from epoch 0 on. */
  readonly losses: readonly number[]
}

/**
 * Trains a network as `trainer.ts` trains the product's: the whole sequence is one batch, each epoch one Adam step.
 * With validation rows the weights of the lowest validation loss are kept and `patience` ends the training; without, all
 * epochs are done and the last weights kept.
 * @throws UserError when training diverges
 */
export async function trainSequence(request: SequenceRequest): Promise<SequenceFit> {
  const { recipe, initial, onEpoch } = request
  const batch = batchOf(request)
  const start = Object.values(initial).map(({ data: values, shape }) => tf.tensor(values, [...shape]))
  let current: Progress = { parameters: start, state: initialAdamState(start) }
  const losses: number[] = []
  let best: { parameters: tf.Tensor[]; epoch: number; loss: number } | undefined
  for (let epoch = 0; epoch <= recipe.maxEpochs; epoch++) {
    await setImmediate()
    const { losses: both, next } = descend(rowLosses(request, batch), recipe, batch, current)
    const [trainLoss, validationLoss] = (await both.data()) as unknown as [number, number]
    tf.dispose(both)
    if (!Number.isFinite(trainLoss)) throw new UserError(`training of ${request.network} diverged at epoch ${epoch}`)
    const loss = recipe.validationShare === 0 ? trainLoss : validationLoss
    const keep = !best || recipe.validationShare === 0 || loss < best.loss
    tf.dispose([current.state.m, current.state.v, ...(keep ? (best?.parameters ?? []) : current.parameters)])
    if (keep) best = { parameters: current.parameters, epoch, loss }
    current = next
    losses.push(trainLoss)
    onEpoch?.({ epoch, maxEpochs: recipe.maxEpochs, trainLoss, validationLoss: loss })
    if (epoch - best!.epoch >= recipe.patience) break
  }
  const weights = await readBack(initial, best!.parameters)
  tf.dispose([...Object.values(batch), ...current.parameters, current.state.m, current.state.v, ...best!.parameters])
  return { weights, epochs: best!.epoch, losses }
}

/** Decoded outputs (L, outputs) for inputs (L, features), from an empty state. */
export async function runSequence(
  network: NetworkName,
  head: HeadName,
  weights: Weights,
  inputs: Float32Array,
  features: number,
): Promise<Float32Array> {
  const decoded = tf.tidy(() => {
    const x = tf.tensor3d(inputs, [1, inputs.length / features, features])
    const tensors = Object.values(weights).map(({ data, shape }) => tf.tensor(data, [...shape]))
    return decode(networks[network], head, named(weights, tensors), x)
  })
  const values = await decoded.data<'float32'>()
  tf.dispose(decoded)
  return values
}

type Batch = ReturnType<typeof batchOf>

function batchOf({ features, data, recipe }: SequenceRequest) {
  const { inputs, targets, trainWeights, validationWeights } = data
  const L = trainWeights.length
  return {
    x: tf.tensor3d(inputs, [1, L, features]),
    target: tf.tensor2d(targets, [L, heads[recipe.head].lossColumns]),
    trainWeights: tf.tensor1d(trainWeights),
    validationWeights: tf.tensor1d(validationWeights),
  }
}

const rowLosses =
  ({ network, recipe: { head }, initial }: SequenceRequest, batch: Batch) =>
  (tensors: tf.Tensor[]): tf.Tensor1D =>
    heads[head].rowLoss(decode(networks[network], head, named(initial, tensors), batch.x), batch.target)

function decode(network: Network, head: HeadName, weights: Record<string, tf.Tensor>, x: tf.Tensor3D): tf.Tensor2D {
  return heads[head].decode(network.forward(weights, x).reshape([-1, heads[head].outputs]))
}

const named = (weights: Weights, tensors: readonly tf.Tensor[]): Record<string, tf.Tensor> =>
  Object.fromEntries(Object.keys(weights).map((name, i) => [name, tensors[i]!]))

async function readBack(like: Weights, tensors: readonly tf.Tensor[]): Promise<Weights> {
  const values = await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()))
  return Object.fromEntries(Object.entries(like).map(([name, { shape }], i) => [name, { shape, data: values[i]! }]))
}
