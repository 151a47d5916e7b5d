import type { Child } from 'hono/jsx'
import { ago } from '../format.js'
import type { MissedRun } from '../ops/metrics.js'

interface MissedProps {
  readonly missed: readonly MissedRun[]
  readonly now: Date
  /** Said at the end: where to look. */
  readonly children?: Child
}

/** Says plainly that scheduled work has not been done; nothing when it has. */
export const MissedNotice = ({ missed, now, children }: MissedProps) =>
  missed.map(({ exchange, dueAt }) => (
    <p class="notice" role="status">
      <strong>The run of {exchange} was missed.</strong> It was due {ago(dueAt, now)} and has not ended well since. Is a
      worker running, and does its provider answer? {children}
    </p>
  ))
