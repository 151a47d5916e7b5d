import type { PaperRecord } from '../domain/evaluation.js'
import { meanOf, meanSquareAbout } from '../model/baselines/moments.js'
import { mae } from './pointMetrics.js'

/** Figures of protocol `paper`, on the price: errors in the quote currency. */
export interface PaperFigures {
  readonly mse: number
  readonly rmse: number
  readonly mae: number
  /** 1 - SSE / SSE of the test window's own mean price: a measure of how much the price level moved, not of skill. */
  readonly r2: number
}

/** Prices that the predictions say: previous close times (1 + predicted change). */
export const predictedPrices = ({ previousClose, predictions }: PaperRecord): Float64Array =>
  Float64Array.from(previousClose, (previous, i) => previous * (1 + predictions[i]!))

/** MSE, RMSE, MAE and R² of the predicted prices (Shi 2024, section 4.2). */
export function paperFigures(record: PaperRecord): PaperFigures {
  const predicted = predictedPrices(record)
  const errors = Float64Array.from(record.close, (close, i) => close - predicted[i]!)
  const mse = meanSquareAbout(errors, 0)
  const spread = meanSquareAbout(record.close, meanOf(record.close))
  return { mse, rmse: Math.sqrt(mse), mae: mae(record.close, predicted), r2: 1 - mse / spread }
}
