import { moment } from '../format.js'

interface WhenProps {
  readonly at: Date
  /** Where a sentence needs it: `on 13 Jun 2025, 21:58 UTC`. */
  readonly on?: boolean
}

/** A moment, whatever the time is now; the page's script says in its place how long ago that is (public/js/ages.js). */
export const When = ({ at, on }: WhenProps) => (
  <time class="when" datetime={at.toISOString()} title={moment(at)}>
    {on && 'on '}
    {moment(at)}
  </time>
)
