import type { Verdict } from '../../domain/score.js'
import { counted } from '../format.js'
import type { Freshness } from '../freshness.js'
import { stageName } from './runWords.js'

/** What the tests allow us to say, in three words. The default says that nothing is shown. */
export function VerdictBadge({ verdict }: { verdict: Verdict | null | undefined }) {
  const claims = [verdict?.distributionSkill && 'range', verdict?.meanSkill && 'mean'].filter(Boolean)
  return claims.length > 0 ? (
    <span class="badge skill" title={verdict?.sentence}>
      skill shown: {claims.join(' and ')}
    </span>
  ) : (
    <span class="badge" title={verdict?.sentence ?? 'Too few settled forecasts to judge.'}>
      no demonstrated skill
    </span>
  )
}

/** Marks made-up data wherever it is shown. */
export const SampleTag = () => <span class="tag sample">sample data</span>

/** Says once, on top, that shown prices are made up. */
export const SampleBanner = () => (
  <p class="banner">
    <strong>Sample data.</strong> Prices marked as sample data are made up by a seeded generator; they say nothing about
    any real security.
  </p>
)

/** Says why a ticker's numbers are not as fresh as they should be; nothing when they are. */
export function FreshnessTag({ freshness }: { freshness: Freshness }) {
  switch (freshness.state) {
    case 'fresh':
      return null
    case 'waiting':
      return (
        <span class="tag" title="Its first forecast is yet to come.">
          waiting
        </span>
      )
    case 'paused':
      return (
        <span class="tag" title="Nobody works on it until it is resumed.">
          paused
        </span>
      )
    case 'stale':
      return (
        <span class="tag warn" title="The session it speaks of is over, and no newer bar has come.">
          stale by {counted(freshness.days, 'day')}
        </span>
      )
    case 'failed':
      return (
        <span class="tag fail" title={freshness.message}>
          failed: {freshness.message}
        </span>
      )
    case 'working': {
      const { stage, done, total } = freshness.progress
      return (
        <span class="tag work">
          {stageName(stage)}
          <progress value={done} max={Math.max(1, total)} aria-label={stageName(stage)} />
        </span>
      )
    }
    default:
      return freshness satisfies never
  }
}
