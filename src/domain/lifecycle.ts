/** Why a model came to serve a ticker's forecasts. */
export type SuccessionCause = 'first' | 'test' | 'necessity' | 'promoted' | 'rolled back'

/** How a trial ended: it took over, by test or by hand; it was never good enough; or what it was trained on is gone. */
export type TrialOutcome = 'promoted' | 'retired'

/** A challenger beside what was served, over the sessions that both have forecast and that are settled. */
export interface TrialTest {
  /** Last of them, as the `asOf` of its forecast. */
  readonly asOf: string
  readonly n: number
  /** Mean pinball loss, in percent. */
  readonly pinball: number
  readonly servedPinball: number
  /** One-sided p-value of "its loss is higher by the margin or more"; null when undefined. */
  readonly pValue: number | null
  /** Of the served loss, in percent. */
  readonly marginPct: number
}

/** The Page-Hinkley test on what served forecasts lost, beside what they said they would. */
export interface Drift {
  /** Last session looked at, as the `asOf` of its forecast. */
  readonly asOf: string
  readonly n: number
  /** Alarm above `threshold`; it begins anew after each alarm. */
  readonly statistic: number
  readonly threshold: number
  /** `asOf` of the forecast at which it last gave the alarm. */
  readonly alarmAsOf: string | null
  /** Loss over expected loss, mean over the last sessions (20 at most). */
  readonly lossRatio: number
}
