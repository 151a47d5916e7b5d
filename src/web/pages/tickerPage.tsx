import { day, price } from '../format.js'
import { Calibration } from '../partials/calibration.js'
import { ExplanationSection } from '../partials/explanation.js'
import { ForecastSection, HistorySection } from '../partials/history.js'
import { ModelCard } from '../partials/modelCard.js'
import { NextSession } from '../partials/nextSession.js'
import { PauseForm } from '../partials/pauseForm.js'
import { QualityReport } from '../partials/qualityReport.js'
import { RollingSection } from '../partials/rolling.js'
import { SampleBanner, SampleTag } from '../partials/tags.js'
import { TickerAlerts } from '../partials/tickerAlerts.js'
import { TuningTrials } from '../partials/tuningTrials.js'
import { VerdictCard } from '../partials/verdictCard.js'
import type { TickerView } from '../tickerView.js'
import { type Frame, Layout } from './layout.js'

/** Everything about one ticker. */
export function TickerPage({ frame, view }: { frame: Frame; view: TickerView }) {
  const { ticker, bars, verdict } = view
  const lastBar = bars.at(-1)
  return (
    <Layout frame={frame} title={ticker.symbol} section="/" plots>
      {ticker.isSample && <SampleBanner />}
      <div class="page-head ticker-head">
        <div>
          <p class="crumbs">
            <a href="/">All tickers</a>
          </p>
          <h1>
            <bdi>{ticker.symbol}</bdi>
          </h1>
          <p class="under">
            {ticker.isSample ? <SampleTag /> : <span>{ticker.exchange}</span>} <span>from {ticker.provider}</span>
            {!ticker.active && <span class="tag warn">no longer followed</span>}
          </p>
          {view.mayRun && ticker.active && <PauseForm symbol={ticker.symbol} freshness={view.freshness} />}
        </div>
        {lastBar && (
          <p class="last">
            <span class="big">{price(lastBar.close)}</span>
            <span class="under">closed {day(lastBar.session)}</span>
          </p>
        )}
      </div>
      <div class="lead">
        <NextSession view={view} />
        <div class="side">
          <VerdictCard verdict={verdict} />
          <Calibration pit={view.pit} />
        </div>
      </div>
      <HistorySection view={view} />
      <ExplanationSection view={view} />
      <RollingSection view={view} />
      <ForecastSection view={view} />
      <ModelCard view={view} />
      <TuningTrials search={view.search} />
      <div class="pair">
        <QualityReport quality={view.quality} />
        <TickerAlerts alerts={view.alerts} />
      </div>
    </Layout>
  )
}
