import { bytesOf, floatsOf } from '../../db/floatBytes.js'
import { findModelState, keepModelState } from '../../db/modelStates.js'
import type { ModelRow } from '../../db/models.js'
import type { Distribution } from '../../domain/forecast.js'
import type { Checkpoint } from '../../model/forecaster.js'
import type { JobContext } from './jobContext.js'
import type { TickerData } from './tickerData.js'

/**
 * The network's forecast as of the last bar. While weights stay as they are over sessions, it goes on from the state that
 * is kept with the model, as long as the data up to there are the same: equal to a full pass bit for bit, which is how
 * `mambacast audit` makes it again. Weights that were trained on these very data have no past to go on from.
 */
export async function forecastLast(
  { db, pool, clock, signal }: Pick<JobContext, 'db' | 'pool' | 'clock' | 'signal'>,
  { hashes, table }: TickerData,
  model: Pick<ModelRow, 'id' | 'dataHash'>,
  checkpoint: Checkpoint,
): Promise<Distribution> {
  const isNew = model.dataHash === hashes.at(-1)
  const kept = isNew ? undefined : await findModelState(db, model.id)
  const before =
    kept && kept.dataHash === stateHash(hashes, kept.rows)
      ? { rows: kept.rows, madeBy: kept.madeBy, values: floatsOf(kept.values) }
      : undefined
  const { distribution, state } = await pool.predictLast(checkpoint, table, before, signal)
  if (!isNew && state && state.rows !== before?.rows)
    await keepModelState(db, {
      ...{ model: model.id, rows: state.rows, madeBy: state.madeBy, values: bytesOf(state.values) },
      ...{ dataHash: stateHash(hashes, state.rows), keptAt: clock() },
    })
  return distribution
}

/** Of what is known before row `rows`; a state at the very beginning follows from nothing. */
const stateHash = (hashes: readonly string[], rows: number): string => (rows === 0 ? '' : hashes[rows - 1]!)
