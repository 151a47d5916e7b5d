import type { PastForecast } from '../../db/tickerHistory.js'
import { boundsOf, type DrawnForecast } from '../api/historyView.js'
import { day, price, rangePct, signedPct } from '../format.js'
import { RANGES, type Range } from '../query.js'
import { apiPath, withQuery } from '../routes.js'
import type { TickerView } from '../tickerView.js'
import { OutcomeMark } from './outcomeMark.js'
import { PagePills, type Pill } from './pills.js'
import { LegendEntry, PlotFigure } from './plotFigure.js'
import { PriceTable } from './priceTable.js'

const RECENT = 20
const LISTED = 260
const rangeNames: Record<Range, string> = { '3m': '3 months', '1y': '1 year', '5y': '5 years', all: 'all' }

/** Price with every past forecast where it spoke, and each outcome against its interval. */
export function HistorySection({ view }: { view: TickerView }) {
  const { ticker, query, history } = view
  const src = withQuery(apiPath(ticker.symbol, 'history'), { range: query.range })
  const origins = new Set(history.forecasts.map(({ origin }) => origin))
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
        {origins.has('live') && <LegendEntry swatch="s-live">live forecast, 80 and 95{'\u202f'}%</LegendEntry>}
        {origins.has('backtest') && <LegendEntry swatch="s-backtest">backtest, 80 and 95{'\u202f'}%</LegendEntry>}
        <LegendEntry swatch="s-miss">close outside 95{'\u202f'}%</LegendEntry>
        {history.next && <LegendEntry swatch="s-fan">next session, not to time scale</LegendEntry>}
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
      <PriceTable bars={history.bars} />
    </section>
  )
}

/** The newest forecasts with their outcomes, and all those of the chosen range folded below. */
export function ForecastTables({ view: { past, history } }: { view: TickerView }) {
  const shown = history.next ? [...history.forecasts, history.next] : history.forecasts
  const drawn = new Map(shown.map((forecast) => [forecast.asOf, forecast]))
  const rows = past.toReversed()
  if (rows.length === 0) return null
  return (
    <section id="forecasts">
      <h2>Recent forecasts</h2>
      <ForecastTable
        rows={rows.slice(0, RECENT)}
        drawn={drawn}
        caption={`The newest ${Math.min(RECENT, rows.length)}`}
      />
      {rows.length > RECENT && (
        <details>
          <summary>
            {rows.length > LISTED ? `The newest ${LISTED} of ${rows.length}` : `All ${rows.length}`} in this range
          </summary>
          <ForecastTable rows={rows.slice(0, LISTED)} drawn={drawn} caption="Forecasts in this range" />
        </details>
      )}
    </section>
  )
}

interface ForecastTableProps {
  readonly rows: readonly PastForecast[]
  readonly drawn: ReadonlyMap<string, DrawnForecast>
  readonly caption: string
}

function ForecastTable({ rows, drawn, caption }: ForecastTableProps) {
  const heads = ['80\u202f% interval', '95\u202f% interval', '95\u202f% in price', 'Median', 'Happened', 'Error']
  return (
    <div class="scroll" tabindex={0}>
      <table class="plain forecasts">
        <caption class="sr-only">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">For session</th>
            <th scope="col">Made</th>
            {heads.map((head) => (
              <th scope="col" class="num">
                {head}
              </th>
            ))}
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <ForecastRow row={row} prices={drawn.get(row.asOf)?.prices} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function ForecastRow({ row, prices }: { row: PastForecast; prices: DrawnForecast['prices'] | undefined }) {
  const [low95, low80, median, high80, high95] = boundsOf(row.quantiles)
  const { outcome } = row
  return (
    <tr>
      <th scope="row">{day(outcome?.session ?? row.target)}</th>
      <td>
        <span class={`tag ${row.origin}`}>{row.origin}</span>
      </td>
      <td class="num">{rangePct(low80, high80)}</td>
      <td class="num">{rangePct(low95, high95)}</td>
      <td class="num">{prices ? `${price(prices[0])} … ${price(prices[4])}` : '–'}</td>
      <td class="num">{signedPct(median)}</td>
      <td class="num">{outcome ? signedPct(outcome.returnPct) : '–'}</td>
      <td class="num">{outcome ? signedPct(outcome.returnPct - row.mean) : '–'}</td>
      <td>{outcome ? <OutcomeMark quantiles={row.quantiles} returnPct={outcome.returnPct} /> : <Open />}</td>
    </tr>
  )
}

const Open = () => <span class="outcome open">open</span>
