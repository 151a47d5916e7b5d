import type { KeptReport, TickerReport } from '../../domain/evaluationReport.js'
import { day, moment } from '../format.js'
import { EvaluationFigures } from '../partials/evaluationFigures.js'
import { PROTOCOLS } from '../partials/protocolWords.js'
import { ReportFiles } from '../partials/reportFiles.js'
import { SampleTag } from '../partials/tags.js'
import { type Frame, Layout } from './layout.js'

interface EvaluationProps {
  readonly frame: Frame
  readonly id: string
  readonly report: KeptReport
  readonly createdAt: Date
}

/** One evaluation: what it says in words, and its figures for each ticker. */
export function EvaluationPage({ frame, id, report, createdAt }: EvaluationProps) {
  const { protocol, provenance, sentences, tickers, walk_forward } = report
  const { title } = PROTOCOLS[protocol]
  return (
    <Layout frame={frame} title={title} section="/evaluations">
      <div class="page-head">
        <div>
          <p class="crumbs">
            <a href="/evaluations">All evaluations</a>
          </p>
          <h1>{title}</h1>
          <p class="under">
            {moment(createdAt)} · mambacast {provenance.version} · {provenance.machine}
          </p>
          <ReportFiles id={id} />
        </div>
      </div>
      <section class="card said">
        {sentences.length > 0 && <h2>What it says</h2>}
        <ul class="lines">
          {sentences.map((sentence, i) => (
            <li>{protocol === 'paper' && i === sentences.length - 1 ? <strong>{sentence}</strong> : sentence}</li>
          ))}
        </ul>
        <h2>How it was made</h2>
        <p>
          <code>{provenance.command}</code>
        </p>
        {protocol === 'next-day' && (
          <p class="under">
            The last {walk_forward.testSize} sessions are tested, with a cut every {walk_forward.stepSize}; no scaler,
            early stopping or calibration sees a session at or after its cut.
          </p>
        )}
      </section>
      {tickers.map((ticker) => (
        <TickerFigures protocol={protocol} ticker={ticker} />
      ))}
    </Layout>
  )
}

const TickerFigures = ({ protocol, ticker }: { protocol: KeptReport['protocol']; ticker: TickerReport }) => (
  <section class="card">
    <h2>
      <bdi>{ticker.ticker}</bdi> {ticker.is_sample && <SampleTag />}
    </h2>
    <p class="under">
      {ticker.test_size} sessions from {day(ticker.test_from)} to {day(ticker.test_to)}, trained on {ticker.train_rows}{' '}
      before them
    </p>
    <EvaluationFigures figures={PROTOCOLS[protocol].figures} models={ticker.models} />
  </section>
)
