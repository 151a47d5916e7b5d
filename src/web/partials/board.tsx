import { isRunning } from '../freshness.js'
import type { OverviewView } from '../overviewView.js'
import { overviewParams } from '../query.js'
import { withQuery } from '../routes.js'
import { OverviewTable } from './overviewTable.js'
import { RunForms } from './runForms.js'
import { RunPanel } from './runPanel.js'
import { SampleBanner } from './tags.js'

/** The living part of the overview: it asks for itself again, often while something is under way. */
export function Board({ view }: { view: OverviewView }) {
  const { run, now, rows, query, total } = view
  const isBusy = isRunning(run, now) || rows.some(({ freshness }) => freshness.state === 'waiting') || total === 0
  return (
    <section
      id="board"
      hx-get={withQuery('/partials/board', overviewParams(query))}
      hx-trigger={`${isBusy ? 'every 2s' : 'every 30s'}, run-progress from:body throttle:500ms`}
      hx-swap="outerMorph"
      aria-label="Forecasts"
    >
      {view.hasSample && <SampleBanner />}
      <RunPanel run={run} now={now} />
      {view.mayRun && total > 0 && <RunForms run={run} isRunning={isRunning(run, now)} />}
      {rows.length > 0 ? <OverviewTable view={view} /> : <EmptyBoard view={view} />}
    </section>
  )
}

function EmptyBoard({ view: { total, run, now } }: { view: OverviewView }) {
  if (total > 0)
    return (
      <div class="empty">
        <h2>No ticker matches</h2>
        <p>
          {total} {total === 1 ? 'ticker is' : 'tickers are'} followed. <a href="/">Show all</a>
        </p>
      </div>
    )
  return (
    <div class="empty">
      <h2>{isRunning(run, now) ? 'Setting up the market' : 'No tickers yet'}</h2>
      <p>
        This page fills itself as forecasts arrive. To follow a ticker of your own, name it in{' '}
        <code>mambacast.config.json</code> or run
      </p>
      <pre>mambacast tickers add SYMBOL --provider csv --data FOLDER</pre>
    </div>
  )
}
