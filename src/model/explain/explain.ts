import * as tf from '@tensorflow/tfjs'
import { UserError } from '../../domain/errors.js'
import type { Explanation } from '../../domain/explanation.js'
import type { FeatureTable } from '../../features/table.js'
import type { Checkpoint, HeadName } from '../forecaster.js'
import { heads } from '../heads/head.js'
import type { WeightTensors } from '../mambaBlock.js'
import { forward } from '../mambaNetwork.js'
import { normalise } from '../normaliser.js'
import { membersOf } from '../seedEnsemble.js'
import { byName, toTensors } from '../weightTensors.js'
import { attentionOf } from './attentionOf.js'
import { attribute, SESSIONS_TOLD, type Sequence, toldSessions } from './attribute.js'
import { averageExplanation } from './averageExplanation.js'
import type { OfSequence } from './integratedGradients.js'
import { type Quantity, quantities } from './quantities.js'

/** Last rows among which the attention is shared out: a year of sessions. */
const ATTENTION_ROWS = 252

/** Explains the forecast as of the table's last row. */
export type Explain = (checkpoint: Checkpoint, table: FeatureTable) => Promise<Explanation>

/**
 * Explains the forecast as of the last row of a table (L, F): integrated gradients of its width and of its median, and
 * the network's hidden attention. The baseline is the training mean of each normalised feature, on every row. The same
 * inputs give the same explanation to the last bit on the CPU backends.
 * @throws UserError when the table has other features than the checkpoint.
 */
export const explain: Explain = async (checkpoint, table) => {
  const members: Explanation[] = []
  for (const member of membersOf(checkpoint)) members.push(await explainOne(member, table))
  return averageExplanation(members)
}

const explainOne: Explain = async (checkpoint, table) => {
  const { shape, featureNames, options, normaliser } = checkpoint
  if (featureNames.join('\n') !== table.names.join('\n'))
    throw new UserError('the model was trained on other features than these bars give; retrain it')
  const inputs = normalise(table, normaliser)
  const sequence = { inputs, average: averageRow(checkpoint, table, inputs) }
  const tensors = toTensors(shape, checkpoint.weights)
  try {
    const weights = byName(shape, tensors)
    const { width, median } = quantities[options.head]
    const unit = options.head === 'quantile' ? table.scalePct.at(-1)! : 100
    return {
      features: featureNames,
      values: [...inputs.subarray(-shape.features)],
      sessions: table.sessions.slice(-SESSIONS_TOLD),
      width: width ? await attribute(atLastRow(weights, options.head, width), sequence, 1) : null,
      median: await attribute(atLastRow(weights, options.head, median), sequence, unit),
      attention: await attentionShares(weights, sequence),
    }
  } finally {
    tf.dispose(tensors)
  }
}

/** The training mean of each normalised feature (F). */
function averageRow({ trainEnd }: Checkpoint, { sessions, names }: FeatureTable, inputs: Float32Array): Float32Array {
  const F = names.length
  const rows = sessions.filter((session) => session <= trainEnd).length
  const sums = new Float64Array(F)
  for (let i = 0; i < rows * F; i++) sums[i % F]! += inputs[i]!
  return Float32Array.from(sums, (sum) => sum / rows)
}

/** A quantity of the forecast as of the last step of x (b, l, F). */
const atLastRow =
  (weights: WeightTensors, head: HeadName, quantity: Quantity): OfSequence =>
  (x) => {
    const last = tf.slice(forward(weights, x), [0, x.shape[1] - 1, 0], [-1, 1, -1])
    return quantity(heads[head].decode(last.reshape([x.shape[0], -1])))
  }

async function attentionShares(weights: WeightTensors, { inputs, average }: Sequence) {
  const F = average.length
  const last = inputs.slice(-ATTENTION_ROWS * F)
  const shares = tf.tidy(() => attentionOf(weights, tf.tensor3d(last, [1, last.length / F, F])))
  const values = await shares.data<'float32'>()
  shares.dispose()
  return toldSessions(values)
}
