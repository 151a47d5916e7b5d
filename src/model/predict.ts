import * as tf from '@tensorflow/tfjs'
import { UserError } from '../domain/errors.js'
import { type Distribution, QUANTILE_LEVELS } from '../domain/forecast.js'
import type { FeatureTable } from '../features/table.js'
import { averageDistribution } from './ensemble.js'
import type { Checkpoint, Predict } from './forecaster.js'
import { heads } from './heads/head.js'
import { empiricalQuantiles } from './heads/quantile.js'
import { forward } from './mambaNetwork.js'
import { normalise } from './normaliser.js'
import { distributionOf } from './probability.js'
import { membersOf } from './seedEnsemble.js'
import { byName, toTensors } from './weightTensors.js'

/**
 * One distribution per row in [from, L), in percent, each from rows <= it: the whole sequence runs through the network
 * from an empty state; an ensemble's members are averaged. On the CPU backends a row's forecast does not change by a bit when later rows are added.
 * @throws UserError when the table has other features than the checkpoint, or a row's volatility is not known
 */
export const predict: Predict = async (checkpoint, table, from) => {
  const members: Distribution[][] = []
  for (const member of membersOf(checkpoint)) members.push(await predictOne(member, table, from))
  if (members.length === 1) return members[0]!
  return members[0]!.map((_, i) => averageDistribution(members.map((distributions) => distributions[i]!)))
}

const predictOne: Predict = async (checkpoint, table, from) => {
  const decoded = await decodedOutputs(checkpoint, table)
  return Array.from({ length: table.sessions.length - from }, (_, i) =>
    distributionAt(checkpoint, table, decoded, from + i),
  )
}

/**
 * The distribution of row `t`, in percent, from the decoded outputs (L, outputs) of all rows.
 * @throws UserError when the row's volatility is not known
 */
export function distributionAt(
  { shape: { outputs }, options, residualQuantiles: residuals }: Checkpoint,
  table: FeatureTable,
  decoded: Float32Array,
  t: number,
): Distribution {
  const scale = table.scalePct[t]!
  if (!Number.isFinite(scale))
    throw new UserError(`no forecast as of ${table.sessions[t]}: its volatility is not known`)
  const row = [...decoded.subarray(t * outputs, (t + 1) * outputs)]
  return options.head === 'quantile'
    ? distributionOf(row.slice(0, QUANTILE_LEVELS.length).map((quantile) => quantile * scale))
    : aroundMean(row[0]! * 100, residuals!, scale)
}

/** The tanh head forecasts a mean only; the shape around it is that of its training errors, scaled by volatility. */
function aroundMean(mean: number, residuals: readonly number[], scalePct: number): Distribution {
  return { mean, quantiles: residuals.map((residual) => mean + residual * scalePct) }
}

/** Quantiles of (return - mean) / scalePct over the known rows in [0, rows), for a checkpoint with the tanh head. */
export async function residualQuantiles(checkpoint: Checkpoint, table: FeatureTable, rows: number): Promise<number[]> {
  const decoded = await decodedOutputs(checkpoint, table)
  const residuals = table.targetPct.slice(0, rows).map((target, t) => (target - 100 * decoded[t]!) / table.scalePct[t]!)
  return empiricalQuantiles(residuals.filter(Number.isFinite))
}

/** (L, outputs) decoded outputs of the network for every row. */
async function decodedOutputs(checkpoint: Checkpoint, table: FeatureTable): Promise<Float32Array> {
  const { shape, options, normaliser } = checkpoint
  checkFeatures(checkpoint, table)
  const decoded = tf.tidy(() => {
    const x = tf.tensor3d(normalise(table, normaliser), [1, table.sessions.length, shape.features])
    const raw = forward(byName(shape, toTensors(shape, checkpoint.weights)), x)
    return heads[options.head].decode(raw.reshape([-1, shape.outputs]))
  })
  const values = await decoded.data<'float32'>()
  tf.dispose(decoded)
  return values
}

/** @throws UserError when the table has other features than the checkpoint */
export function checkFeatures({ featureNames }: Checkpoint, { names }: FeatureTable): void {
  if (featureNames.join('\n') !== names.join('\n'))
    throw new UserError('the model was trained on other features than these bars give; retrain it')
}
