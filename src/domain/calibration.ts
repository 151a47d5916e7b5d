/** What a forecaster's settled forecasts say about its spread: the state of `src/model/calibration`. */
export interface Calibration {
  /** Natural logarithm by which each central interval (95, 90, 80, 50 %) is stretched about the median. */
  readonly logStretch: readonly number[]
  /** Settled forecasts behind it. */
  readonly sessions: number
  /** `asOf` of the first of them; null without any. */
  readonly since: string | null
}
