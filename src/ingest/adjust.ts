import type { AdjustedBar, Bar } from '../domain/bar.js'

export function adjustBars(bars: readonly Bar[]): AdjustedBar[] {
  return bars.map((bar) => ({ ...bar, ratio: 1, ratioSource: 'none' }))
}
