/** Outcome of a statistical test. */
export interface TestResult {
  readonly statistic: number
  /** Probability, under the hypothesis that is tested, of a statistic at least this extreme. */
  readonly pValue: number
}
