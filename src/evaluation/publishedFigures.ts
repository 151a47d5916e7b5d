import type { PaperFigures } from './paperFigures.js'

/** MambaStock's table of results (Shi 2024, arXiv 2402.18959), four digits as printed. */
export const publishedTable: Readonly<Record<string, PaperFigures>> = {
  '601988.SH': { mse: 0.0004, rmse: 0.0201, mae: 0.0134, r2: 0.9581 },
  '601328.SH': { mse: 0.002, rmse: 0.045, mae: 0.0292, r2: 0.9435 },
  '600036.SH': { mse: 1.1512, rmse: 1.0729, mae: 0.8048, r2: 0.8873 },
  '601288.SH': { mse: 0.0006, rmse: 0.0251, mae: 0.018, r2: 0.9736 },
}

export interface PublishedComparison {
  readonly mse: number
  readonly r2: number
  readonly train_seconds: number
  readonly inference_seconds: number
}

/** The ticker of the article's comparison of networks. */
export const COMPARED_TICKER = '601988.SH'

/** That comparison, timed by its authors on an RTX 3080. */
export const publishedComparison: Readonly<Record<string, PublishedComparison>> = {
  lstm: { mse: 0.0019, r2: 0.8732, train_seconds: 356, inference_seconds: 0.23 },
  gru: { mse: 0.0021, r2: 0.8621, train_seconds: 312, inference_seconds: 0.21 },
  transformer: { mse: 0.0012, r2: 0.921, train_seconds: 423, inference_seconds: 0.34 },
  s4d: { mse: 0.0008, r2: 0.9326, train_seconds: 267, inference_seconds: 0.18 },
  mambastock: { mse: 0.0004, r2: 0.9581, train_seconds: 215, inference_seconds: 0.15 },
}
