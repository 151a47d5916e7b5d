import type { RunRow } from '../../db/runs.js'
import type { TickerProgress } from '../../domain/run.js'
import { ago, count, duration } from '../format.js'
import { isRunning, isSilent } from '../freshness.js'
import { runPath, triggerName } from './runWords.js'
import { StageCell } from './stageCell.js'

/** The state of the last run: what each ticker is at while it is under way, how it ended afterwards. */
export function RunPanel({ run, now }: { run: RunRow | undefined; now: Date }) {
  if (!run) return <RunLine kind="idle" title="No run yet" text="The first one starts with the server." />
  if (isRunning(run, now)) return <LiveRun run={run} now={now} />
  if (isSilent(run, now))
    return (
      <RunLine
        kind="warn"
        title="The run has gone silent"
        run={run}
        text={`No sign of life since ${ago(run.heartbeatAt, now)}. The next run takes up what it left.`}
      />
    )
  return <EndedRun run={run} now={now} />
}

function EndedRun({ run, now }: { run: RunRow; now: Date }) {
  const ended = run.finishedAt ?? run.heartbeatAt
  const failures = Object.entries(run.progress).filter(([, { stage }]) => stage === 'failed')
  const total = Object.keys(run.progress).length
  if (run.status === 'failed' && failures.length === 0)
    return (
      <RunLine
        kind="fail"
        run={run}
        title={`The last run failed ${ago(ended, now)}`}
        text={run.error ?? 'No reason recorded.'}
      />
    )
  if (run.status === 'interrupted')
    return (
      <RunLine
        kind="warn"
        title={`The last run was cut off ${ago(ended, now)}`}
        run={run}
        text={run.error ?? 'The next one takes up what it left.'}
      />
    )
  const took = `${triggerName(run.trigger)}, took ${duration(ended.getTime() - run.startedAt.getTime())}`
  const again = run.lastRepeatAt ? ` Checked again ${ago(run.lastRepeatAt, now)}: nothing new.` : ''
  return (
    <RunLine
      kind={failures.length > 0 ? 'fail' : 'done'}
      run={run}
      title={failures.length > 0 ? `Last run ${ago(ended, now)}, with failures` : `Last run ${ago(ended, now)}`}
      text={`${count(total - failures.length)} of ${count(total)} tickers done, ${took}.${again}`}
    />
  )
}

function LiveRun({ run, now }: { run: RunRow; now: Date }) {
  const entries = Object.entries(run.progress)
  const done = entries.filter(([, { stage }]) => stage === 'done').length
  const busy = entries.filter(([, { stage }]) => stage !== 'done' && stage !== 'waiting')
  const started = duration(now.getTime() - run.startedAt.getTime())
  return (
    <div class="run-block live">
      <RunLine
        kind="live"
        title="Run in progress"
        run={run}
        text={`${count(done)} of ${count(entries.length)} tickers done, ${triggerName(run.trigger)}, for ${started}.`}
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
  readonly title: string
  readonly text: string
  readonly run?: RunRow
}

const RunLine = ({ kind, title, text, run }: RunLineProps) => (
  <p class={`run-line ${kind}`} role="status">
    <span class="lamp" aria-hidden="true" />
    <strong>{title}</strong> <span>{text}</span> {run && <a href={runPath(run.id)}>See the run</a>}
  </p>
)
