import type { ListedReport } from '../../db/evaluationReports.js'
import { day } from '../format.js'
import { PROTOCOLS } from '../partials/protocolWords.js'
import { ReportFiles } from '../partials/reportFiles.js'
import { type Frame, Layout } from './layout.js'

/** Every stored evaluation, newest first. */
export function EvaluationsPage({ frame, reports }: { frame: Frame; reports: readonly ListedReport[] }) {
  return (
    <Layout frame={frame} title="Evaluations" section="/evaluations">
      <div class="page-head">
        <div>
          <h1>Evaluations</h1>
          <p class="lede">
            Models trained on the past of a ticker and tested on what followed, beside plain baselines. Protocol{' '}
            <b>next-day</b> asks what the forecasts here are asked: the session after. Protocol <b>paper</b> repeats a
            published experiment; its R² is high for “tomorrow = today” as well, so it does not show skill.
          </p>
        </div>
      </div>
      {reports.length === 0 ? (
        <div class="empty">
          <h2>No evaluation yet</h2>
          <p>This one takes a few minutes:</p>
          <pre>
            <code>mambacast evaluate --protocol next-day --models mamba</code>
          </pre>
        </div>
      ) : (
        <ul class="reports">
          {reports.map((report) => (
            <ReportItem report={report} />
          ))}
        </ul>
      )}
    </Layout>
  )
}

const NAMED = 8

function ReportItem({ report: { id, protocol, provenance, tickers, models } }: { report: ListedReport }) {
  const more = tickers.length - NAMED
  return (
    <li class="card">
      <h2>
        <a href={`/evaluations/${id}`}>{PROTOCOLS[protocol].title}</a> <span class="tag">{protocol}</span>
      </h2>
      <p>
        <bdi>{tickers.slice(0, NAMED).join(', ')}</bdi>
        {more > 0 && ` and ${more} more`}
        {models.length > 0 && (
          <>
            {' '}
            <span class="muted">with</span> <bdi>{models.join(', ')}</bdi>
          </>
        )}
      </p>
      <p class="under">
        {day(provenance.date)}, mambacast {provenance.version}, {provenance.machine}
      </p>
      <ReportFiles id={id} />
    </li>
  )
}
