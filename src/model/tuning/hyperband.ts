/** Settings that are trained for so many epochs; the best of them go on to the next rung. */
export interface Rung {
  readonly epochs: number
  readonly settings: number
}

export interface Bracket {
  readonly bracket: number
  readonly rungs: readonly Rung[]
}

/** Of the settings of a rung one in so many goes on, with so many times the epochs. */
export const ETA = 3
/** Epochs below which a training tells too little to be worth a comparison. */
const LEAST_EPOCHS = 10

/**
 * Hyperband: brackets of successive halving, from many settings with few epochs each to few with all of them, each of
 * about the same cost. R is counted in tens of epochs.
 *
 * Source: Li, Jamieson, DeSalvo, Rostamizadeh & Talwalkar, JMLR 18 (2018) 1-52, algorithm 1.
 */
export function hyperband(maxEpochs: number): Bracket[] {
  const R = Math.max(maxEpochs / LEAST_EPOCHS, 1)
  const most = Math.floor(Math.log(R) / Math.log(ETA) + 1e-9)
  return Array.from({ length: most + 1 }, (_, i) => {
    const s = most - i
    const n = Math.ceil(((most + 1) / (s + 1)) * ETA ** s)
    const rungs = Array.from({ length: s + 1 }, (_, rung) => ({
      epochs: Math.round(maxEpochs * ETA ** (rung - s)),
      settings: Math.floor(n * ETA ** -rung),
    }))
    return { bracket: s, rungs }
  })
}

/** The `count` of the lowest loss, the earlier first among equals; one without a loss never goes on. */
export const survivors = <T extends { readonly loss: number | null }>(settings: readonly T[], count: number): T[] =>
  settings
    .filter(({ loss }) => loss !== null)
    .sort((a, b) => a.loss! - b.loss!)
    .slice(0, count)
