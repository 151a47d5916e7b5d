import { ndtr } from '../src/model/baselines/specialFunctions.js'

/** What a browser measures while a page loads, in ms; `cls` without a unit. */
export interface PageTimes {
  readonly fcp: number
  readonly lcp: number
  readonly tbt: number
  readonly cls: number
}

interface Curve {
  /** Scores of 0.9 and 0.5. */
  readonly p10: number
  readonly median: number
}

/** Control points of Lighthouse 10 to 13 (its "Performance scoring" page). */
export const CURVES: Readonly<Record<'phone' | 'desktop', Readonly<Record<keyof PageTimes, Curve>>>> = {
  phone: {
    fcp: { p10: 1_800, median: 3_000 },
    lcp: { p10: 2_500, median: 4_000 },
    tbt: { p10: 200, median: 600 },
    cls: { p10: 0.1, median: 0.25 },
  },
  desktop: {
    fcp: { p10: 934, median: 1_600 },
    lcp: { p10: 1_200, median: 2_400 },
    tbt: { p10: 150, median: 350 },
    cls: { p10: 0.1, median: 0.25 },
  },
}

/** Lighthouse's weights without its speed index, which needs pictures of the loading. */
const WEIGHTS: Readonly<Record<keyof PageTimes, number>> = { fcp: 10, lcp: 25, tbt: 30, cls: 25 }

const INVERSE_ERFC_OF_A_FIFTH = 0.9061938024368232

/** The score of one value in [0, 1]: the upper tail of a log-normal distribution through both control points. */
export function logNormalScore({ p10, median }: Curve, value: number): number {
  if (value <= 0) return 1
  const z = (Math.log(value / median) * INVERSE_ERFC_OF_A_FIFTH) / Math.log(median / p10)
  return ndtr(-z * Math.SQRT2)
}

/** 0 to 100, weighted as Lighthouse does. */
export function performanceScore(times: PageTimes, device: 'phone' | 'desktop'): number {
  const names = Object.keys(WEIGHTS) as (keyof PageTimes)[]
  const total = names.reduce((sum, name) => sum + WEIGHTS[name], 0)
  const weighted = names.reduce(
    (sum, name) => sum + WEIGHTS[name] * logNormalScore(CURVES[device][name], times[name]),
    0,
  )
  return (100 * weighted) / total
}
