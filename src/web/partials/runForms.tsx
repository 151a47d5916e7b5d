import type { RunRow } from '../../db/runs.js'

/** Start a run of all tickers, or cancel the one under way. */
export function RunForms({ run, isRunning }: { run: RunRow | undefined; isRunning: boolean }) {
  return isRunning && run ? (
    <form class="act" method="post" action={`/runs/${run.id}/cancel`}>
      <button type="submit" disabled={run.cancelledAt !== null}>
        {run.cancelledAt === null ? 'Cancel this run' : 'Cancelling…'}
      </button>
    </form>
  ) : (
    <form class="act" method="post" action="/runs">
      <button type="submit">Run now</button>
    </form>
  )
}
