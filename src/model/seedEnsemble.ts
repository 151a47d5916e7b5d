import type { Checkpoint, EpochProgress, TrainRequest } from './forecaster.js'

/** Networks behind one model. */
export const ensembleSize = ({ ensemble = 1 }: { readonly ensemble?: number | undefined }): number => ensemble

/** A network of its own for each member of a model, in order; the model itself where it is but one. */
export function membersOf(checkpoint: Checkpoint): Checkpoint[] {
  const { further = [], ...first } = checkpoint
  if (further.length === 0) return [checkpoint]
  const { ensemble: _, ...options } = first.options
  return [first.weights, ...further].map((weights, i) => ({
    ...first,
    ...{ weights, options: { ...options, seed: options.seed + i } },
  }))
}

/**
 * One training for each member: the same but for the seed, which counts up. A member goes on from the member before it in
 * the warm start, of which there may be fewer. The request itself where it asks for one network.
 */
export function memberRequests(request: TrainRequest): TrainRequest[] {
  const { ensemble, ...options } = request.options
  const size = ensembleSize(request.options)
  if (size === 1) return [request]
  // A state that is kept is one of a single network: an ensemble that is interrupted begins again.
  const { warmStart, onEpoch, continuation: _, ...rest } = request
  const from = warmStart && membersOf(warmStart)
  return Array.from({ length: size }, (_, i) => ({
    ...rest,
    options: { ...options, seed: options.seed + i },
    ...(from && { warmStart: from[i % from.length]! }),
    ...(onEpoch && { onEpoch: (progress: EpochProgress) => onEpoch(inTurn(progress, i, size)) }),
  }))
}

/** Progress of a member as that of the whole: members count one after the other. */
const inTurn = ({ epoch, maxEpochs, ...losses }: EpochProgress, i: number, size: number): EpochProgress => ({
  ...losses,
  epoch: i * (maxEpochs + 1) + epoch,
  maxEpochs: size * (maxEpochs + 1) - 1,
})

/** The model that trained members make: weights of each, losses and epochs on average. */
export function joinMembers({ options }: Pick<TrainRequest, 'options'>, members: readonly Checkpoint[]): Checkpoint {
  const [first, ...others] = members as [Checkpoint, ...Checkpoint[]]
  if (others.length === 0) return first
  const mean = (of: (member: Checkpoint) => number) => members.reduce((sum, one) => sum + of(one), 0) / members.length
  const sum = (of: (member: Checkpoint) => number) => members.length * mean(of)
  return {
    ...first,
    ...{ options, further: others.map(({ weights }) => weights) },
    epochs: Math.round(mean(({ epochs }) => epochs)),
    trainLoss: mean(({ trainLoss }) => trainLoss),
    validationLoss: mean(({ validationLoss }) => validationLoss),
    seconds: sum(({ seconds }) => seconds),
    parameters: Math.round(sum(({ parameters }) => parameters)),
  }
}
