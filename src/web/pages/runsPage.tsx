import type { MissedRun } from '../../db/missedRuns.js'
import type { RecentRun } from '../../db/recentRuns.js'
import { count, duration, moment } from '../format.js'
import { isRunning, isSilent } from '../freshness.js'
import { MissedNotice } from '../partials/missedNotice.js'
import { runPath, statusTag, triggerName } from '../partials/runWords.js'
import { When } from '../partials/when.js'
import { withQuery } from '../routes.js'
import { type Frame, Layout } from './layout.js'

export interface RunsProps {
  readonly runs: readonly RecentRun[]
  /** Whether there are older ones. */
  readonly hasOlder: boolean
  /** Begun before that moment; undefined for the newest. */
  readonly before: Date | undefined
  readonly missed: readonly MissedRun[]
  readonly now: Date
  readonly mayRun: boolean
}

/** What has been done when, by whom it was asked for, and how it ended. */
export const RunsPage = ({ frame, ...props }: RunsProps & { frame: Frame }) => (
  <Layout frame={frame} title="Runs" section="/runs">
    <div class="page-head">
      <div>
        <h1>Runs</h1>
        <p class="lede">
          A run reads the newest bars, settles what was forecast, trains where that is due, and forecasts the next
          session. One that finds nothing new is counted with the run before it.
        </p>
      </div>
      {props.mayRun && (
        <form class="act" method="post" action="/runs">
          <button type="submit">Run now</button>
        </form>
      )}
    </div>
    <RunList {...props} />
  </Layout>
)

/** The list of runs, which asks for itself again as they come further. */
export function RunList({ runs, hasOlder, before, missed, now }: RunsProps) {
  const path = withQuery('/runs', { before: before?.toISOString() })
  const isBusy = runs.some((run) => isRunning(run, now))
  return (
    <section
      id="runs"
      hx-get={`/partials${path}`}
      hx-trigger={`${isBusy ? 'every 2s' : 'every 30s'}, run-progress from:body throttle:500ms`}
      hx-swap="outerMorph"
      aria-label="Runs"
    >
      <MissedNotice missed={missed} />
      {runs.length === 0 ? <NoRuns before={before} /> : <RunTable runs={runs} now={now} />}
      <p class="older">
        {before && <a href="/runs">Newest</a>}{' '}
        {hasOlder && <a href={withQuery('/runs', { before: runs.at(-1)!.startedAt.toISOString() })}>Older</a>}
      </p>
    </section>
  )
}

const NoRuns = ({ before }: { before: Date | undefined }) => (
  <div class="empty">
    <h2>{before ? 'No older run' : 'No run yet'}</h2>
    <p>The first one starts with the server, or by hand with</p>
    <pre>mambacast run</pre>
  </div>
)

const RunTable = ({ runs, now }: { runs: readonly RecentRun[]; now: Date }) => (
  <div class="scroll" tabindex={0}>
    <table class="plain runs">
      <caption class="sr-only">Runs, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Begun</th>
          <th scope="col">State</th>
          <th scope="col">Asked for</th>
          <th scope="col">Exchange</th>
          <th scope="col" class="num">
            Tickers
          </th>
          <th scope="col" class="num">
            Failed
          </th>
          <th scope="col" class="num">
            Took
          </th>
          <th scope="col">What else</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Line run={run} now={now} />
        ))}
      </tbody>
    </table>
  </div>
)

function Line({ run, now }: { run: RecentRun; now: Date }) {
  const end = run.finishedAt ?? (isRunning(run, now) ? undefined : run.heartbeatAt)
  const isQuiet = isSilent(run, now)
  return (
    <tr>
      <th scope="row">
        <a href={runPath(run.id)}>{moment(run.startedAt)}</a>
      </th>
      <td>
        <span class={isQuiet ? 'tag warn' : statusTag(run.status)}>{isQuiet ? 'silent' : run.status}</span>
      </td>
      <td>{triggerName(run.trigger)}</td>
      <td data-label={run.exchange ? undefined : 'exchanges'}>{run.exchange ?? 'all'}</td>
      <td class="num" data-label={run.total === 1 ? 'ticker' : 'tickers'}>
        {count(run.done)} / {count(run.total)}
      </td>
      <td class={run.failed > 0 ? 'num bad' : 'num'} data-label="failed">
        {count(run.failed)}
      </td>
      <td class="num">{end ? duration(end.getTime() - run.startedAt.getTime()) : '–'}</td>
      <td class="why">
        {run.error?.split('\n')[0] ??
          (run.lastRepeatAt && (
            <>
              checked again <When at={run.lastRepeatAt} on />: nothing new
            </>
          ))}
      </td>
    </tr>
  )
}
