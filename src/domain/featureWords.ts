const inLast = (window: string): string => (window === '1' ? 'the last session' : `the last ${window} sessions`)

/** Feature names as patterns, with what they mean in plain words; `$1` and `$2` are numbers of sessions. */
const WORDS: readonly (readonly [RegExp, (...groups: string[]) => string])[] = [
  [/^log_return_(\d+)$/, (window) => `the return of ${inLast(window!)}`],
  [/^overnight_return$/, () => 'the last overnight return'],
  [/^intraday_return$/, () => 'the return within the last session'],
  [/^parkinson_(\d+)$/, (window) => `the range of ${inLast(window!)}`],
  [/^garman_klass_(\d+)$/, (window) => `the range of ${inLast(window!)} without its drift`],
  [/^ewma_volatility$/, () => 'the level of volatility'],
  [/^surprise$/, () => 'the last return against its expected size'],
  [/^volatility_ratio_ewma_(\d+)$/, (long) => `recent volatility against ${long} sessions`],
  [/^volatility_ratio_(\d+)_(\d+)$/, (short, long) => `volatility of ${short} sessions against ${long}`],
  [/^relative_volume$/, () => 'the volume against its 22-session mean'],
  [/^volume_change$/, () => 'the change of volume'],
  [/^is_[a-z]+day$/, () => 'the day of the week'],
  [/^ticker:/, () => 'which ticker it is'],
  [/^month:/, () => 'the month'],
  [/^log_days_since$/, () => 'the days since the session before'],
  [/^drawdown_(\d+)$/, (window) => `the distance from the ${window}-session high`],
  [/^negative_return$/, () => 'the fall of the last session'],
  [/^negative_volatility_(\d+)$/, (window) => `the falls of ${inLast(window!)}`],
  [/^(.+):change$/, (name) => `the change of ${spaced(name!)}`],
  [/^(.+):z_score$/, (name) => `${spaced(name!)} against its last 66 sessions`],
  [/^(.+):age$/, (name) => `the age of what is known of ${spaced(name!)}`],
  [/^(.+):missing$/, (name) => `whether ${spaced(name!)} is known`],
  [/^(.+)_change$/, (name) => `the change of ${spaced(name!)}`],
  [/^(.+)_z_score$/, (name) => `${spaced(name!)} against its last 66 sessions`],
]

const spaced = (name: string): string => name.replaceAll('_', ' ')

/** What a feature means, as a noun phrase in plain words; a name nobody has described is only spaced out. */
export function featureWords(name: string): string {
  for (const [pattern, words] of WORDS) {
    const match = pattern.exec(name)
    if (match) return words(...match.slice(1))
  }
  return spaced(name)
}
