import type { RollingFigure } from './query.js'

/** The rolling figures, in words. */
export const figureNames: Record<RollingFigure, string> = {
  pinball: 'pinball',
  mae: 'MAE',
  rmse: 'RMSE',
  crps: 'CRPS',
  coverage_80: 'coverage 80\u202f%',
  coverage_95: 'coverage 95\u202f%',
  winkler_95: 'Winkler 95\u202f%',
}
