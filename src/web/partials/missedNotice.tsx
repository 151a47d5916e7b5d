import type { Child } from 'hono/jsx'
import type { MissedRun } from '../ops/metrics.js'
import { When } from './when.js'

interface MissedProps {
  readonly missed: readonly MissedRun[]
  /** Said at the end: where to look. */
  readonly children?: Child
}

/** Says plainly that scheduled work has not been done; nothing when it has. */
export const MissedNotice = ({ missed, children }: MissedProps) =>
  missed.map(({ exchange, dueAt }) => (
    <p class="notice" role="status">
      <strong>The run of {exchange} was missed.</strong> It was due <When at={dueAt} on /> and has not ended well since.
      Is a worker running, and does its provider answer? {children}
    </p>
  ))
