import { raw } from 'hono/html'
import type { EvaluationReport, TickerReport } from '../../domain/evaluationReport.js'
import { FigureTable, PublishedTable, SkillTable } from './figureTables.js'
import { NextDayPlots } from './nextDayPlots.js'
import { LossPlot, PaperPlots } from './paperPlots.js'
import type { ModelInput, TickerInput } from './reportData.js'
import { chanceSentence, PAPER_CAVEAT, sentencesOf } from './reportSentences.js'
import { STYLES } from './styles.js'

/** The report as one HTML file: drawings and styles inside, no script, nothing to load. */
export async function reportHtml(report: EvaluationReport, inputs: readonly TickerInput[]): Promise<string> {
  const page = <Page report={report} inputs={inputs} />
  return `<!doctype html>\n${await page.toString()}\n`
}

const TITLES = {
  paper: "MambaStock's published experiment",
  'next-day': 'Forecasts of the next session',
} as const

function Page({ report, inputs }: { report: EvaluationReport; inputs: readonly TickerInput[] }) {
  const { protocol, tickers } = report
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <link rel="icon" href="data:," />
        <title>{`mambacast: ${TITLES[protocol]}`}</title>
        <style>{raw(STYLES)}</style>
      </head>
      <body>
        <header>
          <h1>{TITLES[protocol]}</h1>
          <Method report={report} />
          <nav aria-label="Tickers">
            {tickers.map(({ ticker }) => (
              <a href={`#${ticker}`}>{ticker}</a>
            ))}
          </nav>
        </header>
        <main>
          {protocol === 'paper' && <PaperFindings report={report} />}
          {tickers.map((ticker, i) => (
            <TickerSection report={report} ticker={ticker} models={inputs[i]!.models} />
          ))}
        </main>
        <Footer report={report} />
      </body>
    </html>
  )
}

function Method({ report: { protocol, walk_forward, provenance } }: { report: EvaluationReport }) {
  const { testSize, stepSize, refit, embargo, window } = walk_forward
  if (protocol === 'paper')
    return (
      <p>
        Protocol <b>paper</b>: the last {testSize} rows are tested, all before them are trained on as one sequence;
        inputs are raw columns of a row, the target is the change of the same row; figures are on the price.
      </p>
    )
  return (
    <p>
      Protocol <b>next-day</b>: made as of a session from bars up to it, about the session after. The last {testSize}{' '}
      sessions are tested with a cut every {stepSize}, trained anew at every {refit === 1 ? '' : `${refit}th `}cut
      {embargo > 0 ? ` less ${embargo} sessions` : ''}, on {window === 'rolling' ? 'a rolling' : 'an expanding'} window.
      No scaler and no early stopping sees a row at or after its cut.{' '}
      {provenance.recalibrated
        ? 'Each forecast of a trained model is calibrated on the outcomes of the forecasts before it.'
        : 'Forecasts are not calibrated on the outcomes of those before them.'}
    </p>
  )
}

const PaperFindings = ({ report }: { report: EvaluationReport }) => (
  <section class="lead">
    {sentencesOf(report).map((sentence) => (
      <p>{sentence === PAPER_CAVEAT ? <strong>{sentence}</strong> : sentence}</p>
    ))}
  </section>
)

interface SectionProps {
  readonly report: EvaluationReport
  readonly ticker: TickerReport
  readonly models: readonly ModelInput[]
}

function TickerSection({ report: { protocol }, ticker, models }: SectionProps) {
  const trained = models.filter(({ record, seed }) => record.cost && seed <= 1)
  return (
    <section id={ticker.ticker}>
      <h2>
        {ticker.ticker} {ticker.is_sample && <span class="muted">(sample data, made up)</span>}
      </h2>
      {ticker.verdicts.map(({ forecaster, sentence }) => (
        <p class="verdict">
          <b>{forecaster}</b>: {sentence}
        </p>
      ))}
      <FigureTable protocol={protocol} report={ticker} />
      {protocol === 'paper' && <PublishedTable report={ticker} />}
      {protocol === 'next-day' && <SkillTable report={ticker} />}
      {protocol === 'paper' ? <PaperPlots models={models} /> : <NextDayPlots models={models} />}
      {protocol === 'next-day' && trained.length > 0 && (
        <div class="plots">
          <LossPlot models={trained} />
        </div>
      )}
    </section>
  )
}

const Footer = ({ report }: { report: EvaluationReport }) => {
  const { provenance, protocol } = report
  return (
    <footer>
      <p>
        <code>{provenance.command}</code>
      </p>
      <p>
        mambacast {provenance.version}, {provenance.date}, {provenance.machine}. Mamba's kernels are compiled SIMD,
        those of the recurrent, attention and S4D networks plain JavaScript: their seconds compare programs, not
        architectures.
      </p>
      {protocol === 'next-day' && (
        <p>
          Verdicts and drawings are of the seed with the median pinball loss. A figure from one seed is marked so.{' '}
          {chanceSentence(report)}
        </p>
      )}
    </footer>
  )
}
