import * as tf from '@tensorflow/tfjs'
import type { Distribution } from '../domain/forecast.js'
import type { FeatureTable } from '../features/table.js'
import { hasFusedNetwork } from '../kernels/mambaNetwork/mambaNetwork.js'
import { streamNetwork } from '../kernels/mambaNetwork/streamNetwork.js'
import { wasmHost } from '../kernels/wasm/wasmHost.js'
import type { Checkpoint } from './forecaster.js'
import { heads } from './heads/head.js'
import { RMS_NORM_EPSILON } from './mambaNetwork.js'
import { normalise } from './normaliser.js'
import { checkFeatures, distributionAt, predict } from './predict.js'
import { byName, toTensors } from './weightTensors.js'

/** What a network keeps of the first rows of a table, to go on from. */
export interface SequenceState {
  readonly rows: number
  /** (layers, floats) */ readonly values: Float32Array
  /** Backend and binary, down to its bytes: only the same goes on in the same bits. */
  readonly madeBy: string
}

export interface LastForecast {
  /** As of the table's last row, in percent. */
  readonly distribution: Distribution
  /** The newest state on the way there; null where the backend has none. */
  readonly state: SequenceState | null
}

/**
 * The forecast as of the last row, equal to that of `predict` bit for bit: in O(1) from a state, by a full pass without.
 *
 * @param table From row `before.rows` on, or whole.
 * @returns undefined when this backend cannot go on from `before`.
 * @throws UserError as `predict`
 */
export async function predictLast(
  checkpoint: Checkpoint,
  table: FeatureTable,
  before?: SequenceState,
): Promise<LastForecast | undefined> {
  const madeBy = streamingBackend(checkpoint)
  if (before && before.madeBy !== madeBy) return undefined
  const last = table.sessions.length - 1
  if (madeBy === undefined) return { distribution: (await predict(checkpoint, table, last))[0]!, state: null }
  checkFeatures(checkpoint, table)
  const { decoded, state, stateRow } = run(checkpoint, table, before)
  const [outputs, values] = await Promise.all([decoded.data<'float32'>(), state.data<'float32'>()])
  tf.dispose([decoded, state])
  return {
    distribution: distributionAt(checkpoint, table, outputs, last),
    state: { rows: (before?.rows ?? 0) + stateRow, values, madeBy },
  }
}

function run({ shape, options, normaliser, weights }: Checkpoint, table: FeatureTable, before?: SequenceState) {
  let stateRow = 0
  const [decoded, state] = tf.tidy(() => {
    const x = tf.tensor3d(normalise(table, normaliser), [1, table.sessions.length, shape.features])
    const start = before && tf.tensor2d(before.values, [shape.nLayers, before.values.length / shape.nLayers])
    const streamed = streamNetwork(byName(shape, toTensors(shape, weights)), x, RMS_NORM_EPSILON, start)
    stateRow = streamed.stateRow
    return [heads[options.head].decode(streamed.raw.reshape([-1, shape.outputs])), streamed.state]
  })
  return { decoded: decoded as tf.Tensor, state: state as tf.Tensor, stateRow }
}

/** Undefined where only a full pass is possible: elsewhere than on our wasm kernels, of ensembles, and with other sources mixed in. */
function streamingBackend({ shape, further }: Checkpoint): string | undefined {
  if (!hasFusedNetwork() || shape.context || further) return undefined
  const { binary, fingerprint } = wasmHost(tf.backend())!
  return `wasm ${binary} ${fingerprint}`
}
