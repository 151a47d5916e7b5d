import type { Distribution } from '../../domain/forecast.js'
import type { FittedBaseline } from './baseline.js'

/** A fitted baseline that says the same of every next session. */
export const constant = (distribution: Distribution): FittedBaseline => ({
  forecast: (bars, from) => Array.from({ length: Math.max(bars.length - from, 0) }, () => distribution),
})
