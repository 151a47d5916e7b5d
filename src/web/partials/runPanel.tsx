import type { Child } from 'hono/jsx'
import type { RunRow } from '../../db/runs.js'
import type { TickerProgress } from '../../domain/run.js'
import { count, counted, duration } from '../format.js'
import { isRunning, isSilent } from '../freshness.js'
import { runPath, triggerName } from './runWords.js'
import { StageCell } from './stageCell.js'
import { When } from './when.js'

/** The state of the last run: what each ticker is at while it is under way, how it ended afterwards. */
export function RunPanel({ run, now }: { run: RunRow | undefined; now: Date }) {
  if (!run) return <RunLine kind="idle" title="No run yet" text="The first one starts with the server." />
  if (isRunning(run, now)) return <LiveRun run={run} />
  if (isSilent(run, now))
    return (
      <RunLine
        kind="warn"
        title="The run has gone silent"
        run={run}
        text={
          <>
            No sign of life since <When at={run.heartbeatAt} />. The next run takes up what it left.
          </>
        }
      />
    )
  return <EndedRun run={run} />
}

function EndedRun({ run }: { run: RunRow }) {
  const ended = run.finishedAt ?? run.heartbeatAt
  const failures = Object.entries(run.progress).filter(([, { stage }]) => stage === 'failed')
  const total = Object.keys(run.progress).length
  if (run.status === 'failed' && failures.length === 0)
    return (
      <RunLine
        kind="fail"
        run={run}
        title={
          <>
            The last run failed <When at={ended} on />
          </>
        }
        text={run.error ?? 'No reason recorded.'}
      />
    )
  if (run.status === 'interrupted')
    return (
      <RunLine
        kind="warn"
        title={
          <>
            The last run was cut off <When at={ended} on />
          </>
        }
        run={run}
        text={run.error ?? 'The next one takes up what it left.'}
      />
    )
  const took = `${triggerName(run.trigger)}, took ${duration(ended.getTime() - run.startedAt.getTime())}`
  return (
    <RunLine
      kind={failures.length > 0 ? 'fail' : 'done'}
      run={run}
      title={
        <>
          Last run <When at={ended} on />
          {failures.length > 0 && ', with failures'}
        </>
      }
      text={
        <>
          {count(total - failures.length)} of {counted(total, 'ticker')} done, {took}.
          {run.lastRepeatAt && (
            <>
              {' '}
              Checked again <When at={run.lastRepeatAt} on />: nothing new.
            </>
          )}
        </>
      }
    />
  )
}

function LiveRun({ run }: { run: RunRow }) {
  const entries = Object.entries(run.progress)
  const done = entries.filter(([, { stage }]) => stage === 'done').length
  const busy = entries.filter(([, { stage }]) => stage !== 'done' && stage !== 'waiting')
  return (
    <div class="run-block live">
      <RunLine
        kind="live"
        title="Run in progress"
        run={run}
        text={
          <>
            {count(done)} of {counted(entries.length, 'ticker')} done, {triggerName(run.trigger)}, begun{' '}
            <When at={run.startedAt} on />.
          </>
        }
      />
      <ProgressList entries={busy} />
    </div>
  )
}

/** More than these are seen on the page of the run. */
const AT_WORK_SHOWN = 9

function ProgressList({ entries }: { entries: readonly (readonly [string, TickerProgress])[] }) {
  if (entries.length === 0) return null
  return (
    <ul class="progress-list">
      {entries.slice(0, AT_WORK_SHOWN).map(([symbol, progress]) => (
        <li>
          <bdi class="symbol">{symbol}</bdi>
          <StageCell progress={progress} />
        </li>
      ))}
    </ul>
  )
}

interface RunLineProps {
  readonly kind: 'idle' | 'live' | 'done' | 'warn' | 'fail'
  readonly title: Child
  readonly text: Child
  readonly run?: RunRow
}

const RunLine = ({ kind, title, text, run }: RunLineProps) => (
  <p class={`run-line ${kind}`} role="status">
    <span class="lamp" aria-hidden="true" />
    <strong>{title}</strong> <span>{text}</span> {run && <a href={runPath(run.id)}>See the run</a>}
  </p>
)
