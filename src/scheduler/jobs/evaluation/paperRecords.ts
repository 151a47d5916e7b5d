import type { PaperRecord } from '../../../domain/evaluation.js'
import type { PaperData } from '../../../evaluation/paperData.js'
import type { PaperRequest } from '../../../model/peers/paperExperiment.js'
import type { CellContext } from './evaluationCells.js'

/** "Tomorrow = today" on the same rows. */
export const persistenceRecord = (data: PaperData): PaperRecord => ({
  ...windowOf(data),
  predictions: data.close.map(() => 0),
  cost: null,
  sideBySide: 1,
})

/** Trains and tests one network as the paper does. */
export async function paperRecord(
  data: PaperData,
  request: Pick<PaperRequest, 'network' | 'seed' | 'initial'>,
  { pool, sideBySide, signal, onEpoch }: CellContext,
): Promise<PaperRecord> {
  const { features, trainInputs, trainTargets, testInputs } = data
  const result = await pool.paper({ ...request, features, trainInputs, trainTargets, testInputs, onEpoch }, signal)
  const { predictions, ...cost } = result
  return { ...windowOf(data), predictions, cost, sideBySide }
}

const windowOf = ({ sessions, close, previousClose, trainTargets }: PaperData) => ({
  protocol: 'paper' as const,
  ...{ sessions, close, previousClose, trainRows: trainTargets.length },
})
