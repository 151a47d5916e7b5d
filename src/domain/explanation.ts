/** Most by which the parts of an explanation may miss the difference they explain, as a share of it; else it is not shown. */
export const COMPLETENESS = 0.01

/**
 * How one number of a forecast differs from what the same model says after average sessions, and what made the
 * difference: the parts of either list, with `earlier` for sessions, add up to output - baseline but for `residual`.
 */
export interface Attribution {
  /** The number for average sessions: every feature at its training mean, always. */
  readonly baseline: number
  /** The number as forecast. */
  readonly output: number
  /** |sum of the parts - (output - baseline)| / |output - baseline|, the worse of the two lists. */
  readonly residual: number
  /** Points on the straight path from the average sessions to the real ones. */
  readonly steps: number
  /** One part per entry of `Explanation.features`. */
  readonly features: readonly number[]
  /** One part per entry of `Explanation.sessions`. */
  readonly sessions: readonly number[]
  /** The part of all sessions before those. */
  readonly earlier: number
}

/** Which past sessions and features shaped a forecast (arXiv 1703.01365), and how far back its model looked (arXiv 2403.01590). */
export interface Explanation {
  /** Names of the features, F. */
  readonly features: readonly string[]
  /** The features of the last session in training widths above (below, if negative) their training mean, F. */
  readonly values: readonly number[]
  /** The last sessions, oldest first, S. */
  readonly sessions: readonly string[]
  /** Of ln(width of the 80 % interval / volatility scale); null where the model's head forecasts no width. */
  readonly width: Attribution | null
  /** Of the median (or of the mean, where the head forecasts only that), in percent of the last close. */
  readonly median: Attribution
  /** Share of the weight that the network's scan gives each of those sessions, S; with `earlier` they sum to 1. */
  readonly attention: { readonly sessions: readonly number[]; readonly earlier: number }
}

/** True when the parts add up well enough to be shown. */
export const isComplete = ({ residual }: Pick<Attribution, 'residual'>): boolean => residual <= COMPLETENESS
