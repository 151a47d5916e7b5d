export interface Minimum {
  readonly at: readonly number[]
  readonly value: number
}

export interface NelderMeadOptions {
  /** First step along each coordinate. */
  readonly step: number
  /** Stops when the values at the corners differ by less than this. */
  readonly tolerance: number
  readonly maxIterations: number
}

type Objective = (at: readonly number[]) => number

/**
 * Local minimum of `objective` by the downhill simplex (Nelder & Mead 1965; coefficients 1, 2, 1/2, 1/2 as in Lagarias
 * et al. 1998). Needs no gradient; an objective may return Infinity outside its domain.
 */
export function nelderMead(objective: Objective, start: readonly number[], options: NelderMeadOptions): Minimum {
  const corner = (at: readonly number[]): Minimum => ({ at, value: objective(at) })
  const corners = [start, ...start.map((_, i) => start.map((x, j) => (i === j ? x + options.step : x)))].map(corner)
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    corners.sort((a, b) => a.value - b.value)
    if (corners.at(-1)!.value - corners[0]!.value < options.tolerance) break
    improve(corners, corner)
  }
  return corners.reduce((best, candidate) => (candidate.value < best.value ? candidate : best))
}

/** One step on corners sorted from best to worst: replaces the worst, or draws all towards the best. */
function improve(corners: Minimum[], corner: (at: readonly number[]) => Minimum): void {
  const [best, worst, second] = [corners[0]!, corners.at(-1)!, corners.at(-2)!]
  const centre = best.at.map((_, i) => corners.slice(0, -1).reduce((sum, { at }) => sum + at[i]!, 0) / best.at.length)
  const along = (factor: number): Minimum => corner(centre.map((x, i) => x + factor * (worst.at[i]! - x)))

  const reflected = along(-1)
  if (reflected.value < best.value) {
    const expanded = along(-2)
    corners[corners.length - 1] = expanded.value < reflected.value ? expanded : reflected
    return
  }
  if (reflected.value < second.value) {
    corners[corners.length - 1] = reflected
    return
  }
  const contracted = along(reflected.value < worst.value ? -0.5 : 0.5)
  if (contracted.value < Math.min(reflected.value, worst.value)) {
    corners[corners.length - 1] = contracted
    return
  }
  for (let k = 1; k < corners.length; k++) {
    corners[k] = corner(corners[k]!.at.map((x, i) => best.at[i]! + 0.5 * (x - best.at[i]!)))
  }
}
