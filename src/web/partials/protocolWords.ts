import type { Protocol } from '../../domain/evaluation.js'

/** How pages name a protocol, and the figures that a page shows of it, the most telling first. */
export const PROTOCOLS: Readonly<
  Record<
    Protocol,
    { readonly title: string; readonly figures: readonly (readonly [figure: string, heading: string])[] }
  >
> = {
  paper: {
    title: "MambaStock's published experiment",
    figures: [
      ['r2', 'R² of the price'],
      ['rmse', 'RMSE'],
      ['mae', 'MAE'],
      ['mse', 'MSE'],
    ],
  },
  'next-day': {
    title: 'Forecasts of the next session',
    figures: [
      ['pinball', 'pinball'],
      ['crps', 'CRPS'],
      ['coverage_80', 'cover 80 %'],
      ['coverage_95', 'cover 95 %'],
      ['brier_skill', 'Brier skill, move > 2 %'],
      ['mae', 'MAE'],
      ['rmse', 'RMSE'],
      ['r2_oos', 'R² vs zero'],
      ['hit_rate', 'hit rate'],
    ],
  },
}
