import type { MambaShape } from './forecaster.js'

/** K, what all sources together add to a session's own features. */
export const CONTEXT_WIDTH = 8

/** A session's own features, without those that speak of something else. */
export const ownFeatures = ({ features, context }: Pick<MambaShape, 'features' | 'context'>): number =>
  features - (context ? context.sources * context.channels : 0)

/** Inputs of the embedding: own features, and what the branch adds to them. */
export const embeddedFeatures = (shape: Pick<MambaShape, 'features' | 'context'>): number =>
  ownFeatures(shape) + (shape.context ? CONTEXT_WIDTH : 0)

/** Names and shapes of the branch's weights; none without context. S sources of C channels. */
export function contextWeightShapes(shape: MambaShape): [name: string, shape: number[]][] {
  const { context } = shape
  if (!context) return []
  const { sources: S, channels: C } = context
  const K = CONTEXT_WIDTH
  return [
    ['context.query.weight', [K, ownFeatures(shape)]],
    ['context.key.weight', [K, C]],
    ['context.value.weight', [K, C]],
    ['context.source', [S, K]],
    ['context.gate', [K]],
  ]
}
