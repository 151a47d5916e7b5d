import { moment } from '../format.js'
import { RunStatus } from '../partials/runStatus.js'
import type { RunView } from '../runView.js'
import { type Frame, Layout } from './layout.js'

/** One run: how far each ticker has come, what was stored, and what went wrong. */
export const RunPage = ({ frame, view }: { frame: Frame; view: RunView }) => (
  <Layout frame={frame} title={`Run of ${moment(view.run.startedAt)}`} section="/runs">
    <div class="page-head">
      <div>
        <p class="crumbs">
          <a href="/runs">All runs</a>
        </p>
        <h1>Run of {moment(view.run.startedAt)}</h1>
        <p class="under">
          {view.run.exchange ? `${view.run.exchange} · ` : ''}
          <code>{view.run.id}</code>
        </p>
      </div>
    </div>
    <RunStatus view={view} />
  </Layout>
)
