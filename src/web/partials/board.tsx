import type { MissedRun } from '../../db/missedRuns.js'
import type { BriefView } from '../briefView.js'
import { counted } from '../format.js'
import { isRunning } from '../freshness.js'
import type { OverviewView } from '../overviewView.js'
import { overviewParams } from '../query.js'
import { withQuery } from '../routes.js'
import { Brief } from './brief.js'
import { KeptOrder, SortForm } from './filterForm.js'
import { MissedNotice } from './missedNotice.js'
import { OverviewTable } from './overviewTable.js'
import { PageLinks } from './pageLinks.js'
import { RunForms } from './runForms.js'
import { RunPanel } from './runPanel.js'
import { SampleBanner } from './tags.js'

export interface BoardProps {
  readonly view: OverviewView
  /** Left out where only some tickers were asked for. */
  readonly brief: BriefView | undefined
  readonly missed: readonly MissedRun[]
}

/** The living part of the overview: it asks for itself again, often while something is under way. */
export function Board({ view, brief, missed }: BoardProps) {
  const { run, now, rows, query, all } = view
  const isBusy = isRunning(run, now) || rows.some(({ freshness }) => freshness.state === 'waiting') || all.length === 0
  return (
    <section
      id="board"
      hx-get={withQuery('/partials/board', overviewParams(query))}
      hx-trigger={`${isBusy ? 'every 2s' : 'every 30s'}, run-progress from:body throttle:500ms`}
      hx-swap="outerMorph"
      aria-label="Forecasts"
    >
      {all.some(({ isSample }) => isSample) && <SampleBanner />}
      <MissedNotice missed={missed}>
        <a href="/runs">See the runs</a>
      </MissedNotice>
      <div class="run-bar">
        <RunPanel run={run} now={now} />
        {view.mayRun && all.length > 0 && <RunForms run={run} isRunning={isRunning(run, now)} />}
      </div>
      {brief && all.length > 0 && <Brief brief={brief} />}
      <KeptOrder query={query} />
      {rows.length > 0 ? <Tickers view={view} brief={brief} /> : <EmptyBoard view={view} />}
    </section>
  )
}

const Tickers = ({ view, brief }: Pick<BoardProps, 'view' | 'brief'>) => (
  <>
    <div class="table-head">
      <p class="under">
        {view.matches === view.all.length
          ? `${counted(view.matches, 'ticker')}.`
          : `${view.matches} of ${counted(view.all.length, 'ticker')}.`}{' '}
        {brief && <ChanceLine chance={brief.chance} />}
      </p>
      <SortForm query={view.query} />
    </div>
    <OverviewTable view={view} />
    <PageLinks query={view.query} pages={view.pages} />
  </>
)

/** Many tests at once find something by chance. */
const ChanceLine = ({ chance: { judged, range, mean, byChance } }: { chance: BriefView['chance'] }) =>
  judged > 0 ? (
    <>
      Skill shown: {range} in the range, {mean} in the mean, of {judged} judged; chance alone would show up to{' '}
      {byChance < 10 ? byChance.toFixed(1) : Math.round(byChance)} of each.
    </>
  ) : null

function EmptyBoard({ view: { all, run, now } }: { view: OverviewView }) {
  if (all.length > 0)
    return (
      <div class="empty">
        <h2>No ticker matches</h2>
        <p>
          {counted(all.length, 'ticker')} {all.length === 1 ? 'is' : 'are'} followed. <a href="/">Show all</a>
        </p>
      </div>
    )
  return (
    <div class="empty">
      <h2>{isRunning(run, now) ? 'Setting up the market' : 'No tickers yet'}</h2>
      <p>
        This page fills itself as forecasts arrive. To follow a ticker of your own, <a href="/tickers">add it here</a>,
        name it in <code>mambacast.config.json</code>, or run
      </p>
      <pre>mambacast tickers add SYMBOL --provider csv --data FOLDER</pre>
    </div>
  )
}
