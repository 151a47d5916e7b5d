import { RANGES, type Range } from '../query.js'
import { apiPath, MODEL, tablePath, withQuery } from '../routes.js'
import { FIRST_ROWS, type TickerView } from '../tickerView.js'
import { FORECAST_ROWS, ForecastTable } from './forecastTable.js'
import { InPlace, WholeTable } from './newestFirst.js'
import { PagePills, type Pill } from './pills.js'
import { LegendEntry, PlotFigure } from './plotFigure.js'
import { PRICE_ROWS, PriceTable } from './priceTable.js'

const rangeNames: Record<Range, string> = { '3m': '3 months', '1y': '1 year', '5y': '5 years', all: 'all' }

/** Price with every past forecast where it spoke, and each outcome against its interval. */
export function HistorySection({ view }: { view: TickerView }) {
  const { ticker, query, bars, past } = view
  const src = withQuery(apiPath(ticker.symbol, 'history'), { range: query.range })
  const pills: Pill[] = (Object.keys(RANGES) as Range[]).map((range) => ({
    text: rangeNames[range],
    query: { range },
    isOn: range === query.range,
  }))
  return (
    <section id="history">
      <div class="section-head">
        <h2>Forecasts and outcomes</h2>
        <PagePills view={view} target="history" label="Range" pills={pills} />
      </div>
      <PlotFigure kind="price" src={src} label={`Price and volume of ${ticker.symbol} with its past forecasts`}>
        <LegendEntry swatch="s-up">rose</LegendEntry>
        <LegendEntry swatch="s-down">fell; prices are adjusted for splits, volume is as provided</LegendEntry>
        {past.length > 0 && (
          <>
            <LegendEntry swatch="s-live">live forecast, 80 and 95{'\u202f'}%</LegendEntry>
            <LegendEntry swatch="s-backtest">backtest, 80 and 95{'\u202f'}%</LegendEntry>
          </>
        )}
        <LegendEntry swatch="s-miss">close outside 95{'\u202f'}%</LegendEntry>
        {past.at(-1)?.outcome === null && <LegendEntry swatch="s-fan">next session, not to time scale</LegendEntry>}
      </PlotFigure>
      <PlotFigure kind="returns" src={src} label={`Returns of ${ticker.symbol} against their forecast intervals`}>
        <LegendEntry swatch="s-hit">return of the session, in percent, inside its 95{'\u202f'}% interval</LegendEntry>
        <LegendEntry swatch="s-miss">outside</LegendEntry>
      </PlotFigure>
      <p class="hint under">
        <span class="keys">
          Drag to zoom, with Shift to pan, twice click for all. Keys: ← and → read out, + and − zoom, Shift with ← or →
          pans, Home and End jump, Escape shows all.
        </span>
        <span class="fingers">Two fingers zoom, one reads out and pans, two taps show all.</span>
      </p>
      {bars.length > 0 && (
        <details>
          <summary>Prices and volume as a table</summary>
          <WholeTable href={tablePath(ticker.symbol, 'prices')} file={[apiPath(ticker.symbol, 'bars.csv'), 'CSV']} />
          <InPlace id={PRICE_ROWS}>
            <PriceTable symbol={ticker.symbol} bars={bars} most={FIRST_ROWS} />
          </InPlace>
        </details>
      )}
    </section>
  )
}

/** The newest forecasts with their outcomes. */
export function ForecastSection({ view: { ticker, past, bars } }: { view: TickerView }) {
  if (past.length === 0) return null
  return (
    <section id="forecasts">
      <div class="section-head">
        <h2>Recent forecasts</h2>
        <WholeTable
          href={tablePath(ticker.symbol, 'forecasts')}
          file={[withQuery(apiPath(ticker.symbol, 'forecasts.csv'), { forecaster: MODEL }), 'CSV']}
        />
      </div>
      <InPlace id={FORECAST_ROWS}>
        <ForecastTable symbol={ticker.symbol} past={past} bars={bars} most={FIRST_ROWS} />
      </InPlace>
    </section>
  )
}
