import type { Child } from 'hono/jsx'
import type { ShownForecast } from '../../db/overview.js'
import { axisFor } from '../axis.js'
import { decimal, price, rangePct, share, shortDay, signedPct } from '../format.js'
import { isRunning, isUnderWay } from '../freshness.js'
import { nextPartialPath, withQuery } from '../routes.js'
import type { NextView } from '../tickerView.js'
import { DistributionPlot } from './distribution.js'
import { AxisLabels, IntervalBar } from './intervalBar.js'
import { FreshnessTag } from './tags.js'
import { When } from './when.js'

/** What is forecast for the next session, and what each baseline says beside it. Asks for itself again. */
export function NextSession({ view }: { view: NextView }) {
  const { ticker, forecast, run, now, freshness } = view
  const isBusy = !forecast || (isRunning(run, now) && isUnderWay(run, ticker.symbol))
  return (
    <section
      id="next"
      class="next"
      hx-get={withQuery(nextPartialPath(ticker.symbol), { seen: forecast?.asOf })}
      hx-trigger={`${isBusy ? 'every 2s' : 'every 30s'}, run-progress from:body throttle:500ms`}
      hx-swap="outerMorph"
    >
      <div class="section-head">
        <h2>{forecast ? `Forecast for ${shortDay(forecast.target)}` : 'Next session'}</h2>
        <FreshnessTag freshness={freshness} />
      </div>
      {forecast ? <Forecast view={view} forecast={forecast} /> : <Waiting />}
    </section>
  )
}

function Forecast({ view: { baselines }, forecast }: { view: NextView; forecast: ShownForecast }) {
  const { quantiles, lastClose } = forecast
  return (
    <>
      <div class="next-grid">
        <DistributionPlot quantiles={quantiles} lastClose={lastClose} />
        <dl class="facts">
          <Fact name="Median" value={signedPct(quantiles[4]!)} note={`mean ${signedPct(forecast.mean)}`} />
          <Fact name="Chance to rise" value={share(forecast.pUp)} note="P(return > 0)" />
          <Fact
            name={`Move over ${forecast.moveThresholdPct}\u202f%`}
            value={share(forecast.pLargeMove)}
            note="in either direction"
          />
          <Tails forecast={forecast} />
          <Fact
            name="Made"
            value={shortDay(forecast.asOf)}
            note={
              <>
                {forecast.origin}, written <When at={new Date(forecast.madeAt)} on />, from a close of{' '}
                {price(lastClose)}
              </>
            }
          />
        </dl>
      </div>
      <Comparison rows={[forecast, ...baselines]} />
    </>
  )
}

/** How far it moves on average, and how bad the worst sessions are; nothing in forecasts of earlier versions. */
function Tails({ forecast: { expectedMove, shortfallLower, shortfallUpper } }: { forecast: ShownForecast }) {
  if (expectedMove === null || shortfallLower === null || shortfallUpper === null) return null
  return (
    <>
      <Fact name="Expected move" value={`${decimal(expectedMove)}\u202f%`} note="mean of either direction" />
      <Fact
        name={'Worst 5\u202f%'}
        value={signedPct(shortfallLower)}
        note={`mean of those; of the best 5\u202f% ${signedPct(shortfallUpper)}`}
      />
    </>
  )
}

const Fact = ({ name, value, note }: { name: string; value: string; note: Child }) => (
  <div>
    <dt>{name}</dt>
    <dd>
      {value}
      <span class="under">{note}</span>
    </dd>
  </div>
)

function Comparison({ rows }: { rows: readonly ShownForecast[] }) {
  const axis = axisFor(rows.flatMap(({ quantiles }) => quantiles))
  return (
    <div class="scroll" tabindex={0}>
      <table class="plain comparison">
        <caption>Beside the plain baselines, on one axis</caption>
        <thead>
          <tr>
            <th scope="col">Forecaster</th>
            <th scope="col" class="col-interval">
              <AxisLabels axis={axis} />
              <span class="sr-only">Interval</span>
            </th>
            <th scope="col" class="num">
              Median
            </th>
            <th scope="col" class="num">
              80{'\u202f'}% interval
            </th>
            <th scope="col" class="num">
              95{'\u202f'}% interval
            </th>
            <th scope="col" class="num">
              P(up)
            </th>
            <th scope="col" class="num">
              P(large)
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ forecaster, quantiles, pUp, pLargeMove }, i) => (
            <tr class={i === 0 ? 'model' : undefined}>
              <th scope="row">{forecaster}</th>
              <td class="col-interval">
                <IntervalBar quantiles={quantiles} axis={axis} quiet={i > 0} />
              </td>
              <td class="num">{signedPct(quantiles[4]!)}</td>
              <td class="num">{rangePct(quantiles[2]!, quantiles[6]!)}</td>
              <td class="num">{rangePct(quantiles[0]!, quantiles[8]!)}</td>
              <td class="num">{share(pUp)}</td>
              <td class="num">{share(pLargeMove)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Waiting = () => (
  <div class="empty">
    <p>No forecast yet. It appears here as soon as the model is trained.</p>
  </div>
)
