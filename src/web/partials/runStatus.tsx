import { secondsLeft } from '../../domain/run.js'
import { count, counted, day, duration } from '../format.js'
import { tickerPath } from '../routes.js'
import type { RunView } from '../runView.js'
import { runPath, stageName, statusTag, triggerName } from './runWords.js'
import { StageCell } from './stageCell.js'
import { When } from './when.js'

/** The living part of a run's page: it asks for itself again as long as the run is under way. */
export function RunStatus({ view }: { view: RunView }) {
  const { run, isRunning, isSilent, ended, tickers, failed } = view
  const soFar = (view.lastEnd - run.startedAt.getTime()) / 1000
  const rest = isRunning ? secondsLeft(ended, tickers.length, soFar) : undefined
  return (
    <section
      id="run"
      class="run-page"
      hx-get={`/partials${runPath(run.id)}`}
      hx-trigger={
        isRunning ? 'every 2s, run-progress from:body throttle:500ms' : 'run-progress from:body throttle:500ms'
      }
      hx-swap="outerMorph"
      aria-label="Progress"
    >
      <div class="run-head">
        <p class="run-state" role="status">
          <span class={isSilent ? 'tag warn' : statusTag(run.status)}>{isSilent ? 'silent' : run.status}</span>{' '}
          {count(ended)} of {counted(tickers.length, 'ticker')} ended
          {failed.length > 0 && <strong class="bad">, {count(failed.length)} failed</strong>}. Begun{' '}
          {triggerName(run.trigger)} <When at={run.startedAt} on />
          {run.finishedAt && `, took ${duration(run.finishedAt.getTime() - run.startedAt.getTime())}`}
          {rest !== undefined && `, about ${duration(rest * 1000)} left`}.
        </p>
        <RunActs view={view} />
      </div>
      <progress
        class="whole"
        value={ended}
        max={Math.max(1, tickers.length)}
        aria-label={`${ended} of ${tickers.length} tickers ended`}
      />
      {isSilent && (
        <p class="notice">
          No sign of life since <When at={run.heartbeatAt} />. The next run takes up what it left; see whether a worker
          runs.
        </p>
      )}
      {run.error && failed.length === 0 && <p class="notice">{run.error}</p>}
      {run.lastRepeatAt && (
        <p class="under">
          Checked again {counted(run.repeats, 'time')}, last <When at={run.lastRepeatAt} on />: nothing new.
        </p>
      )}
      <Sums view={view} />
      <TickerTable view={view} />
    </section>
  )
}

function RunActs({ view: { run, isRunning, mayRun, failed } }: { view: RunView }) {
  if (!mayRun) return null
  if (isRunning)
    return (
      <form class="act" method="post" action={`${runPath(run.id)}/cancel`}>
        <button type="submit" disabled={run.cancelledAt !== null}>
          {run.cancelledAt === null ? 'Cancel this run' : 'Cancelling…'}
        </button>
      </form>
    )
  if (failed.length === 0) return null
  return (
    <form class="act" method="post" action={`${runPath(run.id)}/retry`}>
      <button type="submit">{failed.length === 1 ? 'Try the failed one again' : 'Try the failed ones again'}</button>
    </form>
  )
}

const Sums = ({ view: { sums } }: { view: RunView }) => (
  <dl class="sums">
    {(
      [
        ['Bars stored', sums.inserted],
        ['Bars corrected', sums.corrected],
        ['Forecasts settled', sums.settled],
        ['Models trained', sums.trained],
        ['Forecasts written', sums.forecasts],
      ] as const
    ).map(([name, value]) => (
      <div>
        <dt>{name}</dt>
        <dd>{count(value)}</dd>
      </div>
    ))}
  </dl>
)

function TickerTable({ view }: { view: RunView }) {
  const { listed, tickers, run, mayRun, isRunning } = view
  const mayRetry = mayRun && !isRunning && view.failed.length > 0
  return (
    <>
      <div class="scroll" tabindex={0}>
        <table class="plain run-tickers">
          <caption class="sr-only">Tickers of this run: at work first, then failed, waiting and done</caption>
          <thead>
            <tr>
              <th scope="col">Ticker</th>
              <th scope="col">Stage</th>
              <th scope="col" class="num">
                As of
              </th>
              <th scope="col" class="num">
                Bars
              </th>
              <th scope="col" class="num">
                Settled
              </th>
              <th scope="col" class="num">
                Forecasts
              </th>
              <th scope="col">Log</th>
              {mayRetry && <th scope="col">Again</th>}
            </tr>
          </thead>
          <tbody>
            {listed.map((row) => (
              <Line row={row} run={run} retryOf={mayRetry ? run.id : undefined} />
            ))}
          </tbody>
        </table>
      </div>
      {tickers.length > listed.length && (
        <p class="under">and {counted(tickers.length - listed.length, 'ticker')} more that have ended or wait.</p>
      )}
    </>
  )
}

interface LineProps {
  readonly row: RunView['listed'][number]
  readonly run: RunView['run']
  /** The run whose failed tickers may be tried again one by one. */
  readonly retryOf: string | undefined
}

function Line({ row: { ticker, progress, facts, log }, run, retryOf }: LineProps) {
  return (
    <tr>
      <th scope="row">
        <a href={tickerPath(ticker)}>
          <bdi>{ticker}</bdi>
        </a>
      </th>
      <td>
        <StageCell progress={progress} isCutOff={run.status === 'interrupted'} />
      </td>
      <td class="num">{facts.asOf ? day(facts.asOf) : '–'}</td>
      <td class="num">{count(facts.inserted + facts.corrected)}</td>
      <td class="num">{count(facts.settled)}</td>
      <td class="num">{count(facts.forecasts)}</td>
      <td>{log.length > 0 && <Log ticker={ticker} log={log} startedAt={run.startedAt} />}</td>
      {retryOf && (
        <td>
          {progress.stage === 'failed' && (
            <form class="act" method="post" action={`${runPath(retryOf)}/retry`}>
              <input type="hidden" name="ticker" value={ticker} />
              <button type="submit">Retry</button>
            </form>
          )}
        </td>
      )}
    </tr>
  )
}

const Log = ({ ticker, log, startedAt }: Pick<LineProps['row'], 'ticker' | 'log'> & { startedAt: Date }) => (
  <details class="run-log">
    <summary>
      {counted(log.length, 'line')}
      <span class="sr-only"> of {ticker}</span>
    </summary>
    <ol>
      {log.map(({ at, stage, message }) => (
        <li>
          <time datetime={at}>+{duration(Date.parse(at) - startedAt.getTime())}</time> {stageName(stage)}
          {message && <span class="under"> {message}</span>}
        </li>
      ))}
    </ol>
  </details>
)
