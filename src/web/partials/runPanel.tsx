import type { RunRow } from '../../db/runs.js'
import type { Stage, TickerProgress } from '../../domain/run.js'
import { ago, count, decimal, duration } from '../format.js'
import { isRunning, isSilent } from '../freshness.js'

const stageNames: Record<Stage, string> = {
  waiting: 'waiting',
  ingest: 'reading bars',
  settle: 'settling forecasts',
  train: 'training',
  forecast: 'forecasting',
  backtest: 'scoring the past',
  done: 'done',
  failed: 'failed',
}

/** A stage of a run, for people. */
export const stageName = (stage: Stage): string => stageNames[stage]

const triggerNames: Record<RunRow['trigger'], string> = {
  cli: 'from the command line',
  start: 'at the start of the server',
  schedule: 'on schedule',
  tick: 'by mambacast tick',
  dashboard: 'from the dashboard',
}

/** The state of the last run: what each ticker is at while it is under way, how it ended afterwards. */
export function RunPanel({ run, now }: { run: RunRow | undefined; now: Date }) {
  if (!run) return <RunLine kind="idle" title="No run yet" text="The first one starts with the server." />
  if (isRunning(run, now)) return <LiveRun run={run} now={now} />
  if (isSilent(run, now))
    return (
      <RunLine
        kind="warn"
        title="The run has gone silent"
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
      <RunLine kind="fail" title={`The last run failed ${ago(ended, now)}`} text={run.error ?? 'No reason recorded.'} />
    )
  if (run.status === 'interrupted')
    return (
      <RunLine
        kind="warn"
        title={`The last run was cut off ${ago(ended, now)}`}
        text={run.error ?? 'The next one takes up what it left.'}
      />
    )
  const took = `${triggerNames[run.trigger]}, took ${duration(ended.getTime() - run.startedAt.getTime())}`
  const again = run.lastRepeatAt ? ` Checked again ${ago(run.lastRepeatAt, now)}: nothing new.` : ''
  return (
    <div class="run-block">
      <RunLine
        kind={failures.length > 0 ? 'fail' : 'done'}
        title={failures.length > 0 ? `Last run ${ago(ended, now)}, with failures` : `Last run ${ago(ended, now)}`}
        text={`${count(total - failures.length)} of ${count(total)} tickers done, ${took}.${again}`}
      />
      <ProgressList entries={failures} />
    </div>
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
        text={`${count(done)} of ${count(entries.length)} tickers done, ${triggerNames[run.trigger]}, for ${started}.`}
      />
      <ProgressList entries={busy} />
    </div>
  )
}

function ProgressList({ entries }: { entries: readonly (readonly [string, TickerProgress])[] }) {
  if (entries.length === 0) return null
  return (
    <ul class="progress-list">
      {entries.map(([symbol, { stage, done, total, loss, message }]) => (
        <li class={stage}>
          <bdi class="symbol">{symbol}</bdi>
          <span>{stageName(stage)}</span>
          {stage === 'failed' ? null : (
            <progress value={done} max={Math.max(1, total)} aria-label={`${stageName(stage)}: ${done} of ${total}`} />
          )}
          <span class="detail">
            {stage === 'train' ? `epoch ${count(done)} of ${count(total)}` : ''}
            {loss === undefined ? '' : ` · loss ${decimal(loss, 4)}`}
            {message && stage === 'failed' ? message : ''}
          </span>
        </li>
      ))}
    </ul>
  )
}

function RunLine({
  kind,
  title,
  text,
}: {
  kind: 'idle' | 'live' | 'done' | 'warn' | 'fail'
  title: string
  text: string
}) {
  return (
    <p class={`run-line ${kind}`} role="status">
      <span class="lamp" aria-hidden="true" />
      <strong>{title}</strong> <span>{text}</span>
    </p>
  )
}
