/** Numbers of sessions over which rolling figures are kept. */
export const SCORE_WINDOWS = [20, 60, 250] as const
export type ScoreWindow = (typeof SCORE_WINDOWS)[number]

/** Figures of one forecaster over a window of settled forecasts. Returns and errors in percent of the previous close. */
export interface Figures {
  readonly n: number
  readonly mae: number
  readonly rmse: number
  /** 1 - SSE / SSE of the zero forecast. */
  readonly r2_oos: number
  /** Share of non-zero returns whose sign the mean forecast had; null when no mean forecast was non-zero. */
  readonly hit_rate: number | null
  /** Mean of max(tau e, (tau - 1) e) over levels and sessions. */
  readonly pinball: number
  readonly crps: number
  readonly coverage_80: number
  readonly coverage_95: number
  readonly winkler_95: number
}

/** A p-value at or above this demonstrates nothing. */
export const SIGNIFICANCE = 0.05

/** What the tests allow us to say about a forecaster on one ticker. */
export interface Verdict {
  readonly ticker: string
  readonly forecaster: string
  /** Last settled session that was counted, as the `asOf` of its forecast. */
  readonly asOf: string
  readonly n: number
  /** True only when the distribution beats the strongest baseline at the 5 % level. */
  readonly distributionSkill: boolean
  /** True only when the mean beats the zero forecast at the 5 % level. */
  readonly meanSkill: boolean
  /** The baseline with the lowest pinball loss over the same sessions. */
  readonly strongestBaseline: string
  /** 1 - pinball / pinball of each baseline. */
  readonly pinballSkill: Readonly<Record<string, number>>
  /** One-sided Diebold-Mariano p-value (Harvey-Leybourne-Newbold) against the strongest baseline; null when undefined. */
  readonly dmPValue: number | null
  /** One-sided Clark-West p-value of the mean against zero; null when undefined. */
  readonly cwPValue: number | null
  readonly r2Oos: number
  /** One sentence for a person. */
  readonly sentence: string
}
