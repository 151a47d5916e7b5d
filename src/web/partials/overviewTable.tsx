import type { Child } from 'hono/jsx'
import type { Figures } from '../../domain/score.js'
import { day, decimal, price, rangePct, share, shortDay, signedPct } from '../format.js'
import type { OverviewView, ShownRow } from '../overviewView.js'
import { type OverviewQuery, overviewParams } from '../query.js'
import { tickerPath, withQuery } from '../routes.js'
import { boardLink } from './boardLink.js'
import { AxisLabels, IntervalBar } from './intervalBar.js'
import { OutcomeMark } from './outcomeMark.js'
import { Sparkline } from './sparkline.js'
import { FreshnessTag, SampleTag, VerdictBadge } from './tags.js'

/** One row per ticker, with all intervals on one axis. On a phone each row becomes a card. */
export function OverviewTable({ view: { rows, query, axis, closes } }: { view: OverviewView }) {
  const thresholds = new Set(rows.flatMap(({ forecast }) => forecast?.moveThresholdPct ?? []))
  const moveHead = thresholds.size === 1 ? `P(over ${[...thresholds][0]}\u202f%)` : 'P(large move)'
  return (
    <table class="board-table" id="tickers">
      <caption class="sr-only">Forecasts for the next session, with the record of the last 60 sessions</caption>
      <thead>
        <tr class="groups">
          <td colspan={3} />
          <th scope="colgroup" colspan={4}>
            Next session
          </th>
          <td />
          <th scope="colgroup" colspan={2} class="num">
            Record of 60 sessions
          </th>
          <td />
        </tr>
        <tr>
          <SortHead name="symbol" query={query} class="col-ticker">
            Ticker
          </SortHead>
          <th scope="col" class="col-spark">
            30 sessions
          </th>
          <SortHead name="session" query={query} class="num">
            Last close
          </SortHead>
          <th scope="col" class="col-interval">
            <span class="sr-only">Interval</span>
            <AxisLabels axis={axis} />
          </th>
          <SortHead name="median" query={query} class="num">
            Median
          </SortHead>
          <SortHead name="up" query={query} class="num">
            P(up)
          </SortHead>
          <SortHead name="move" query={query} class="num">
            {moveHead}
          </SortHead>
          <SortHead name="last" query={query} class="num first-record">
            Last outcome
          </SortHead>
          <SortHead name="error" query={query} class="num">
            Pinball
          </SortHead>
          <SortHead name="coverage" query={query} class="num">
            80 / 95{'\u202f'}% held
          </SortHead>
          <SortHead name="verdict" query={query} class="col-verdict">
            Verdict
          </SortHead>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row row={row} axis={axis} closes={closes.get(row.symbol) ?? []} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ row, axis, closes }: { row: ShownRow; axis: OverviewView['axis']; closes: readonly number[] }) {
  const { symbol, lastBar, forecast, model, rival } = row
  return (
    <tr class={row.freshness.state}>
      <th scope="row" class="col-ticker">
        <a href={tickerPath(symbol)}>
          <bdi>{symbol}</bdi>
        </a>
        <span class="under">
          {row.isSample ? <SampleTag /> : row.exchange} <FreshnessTag freshness={row.freshness} />
        </span>
      </th>
      <td class="col-spark">
        <Sparkline closes={closes} />
      </td>
      <td class="num" data-label="Last close">
        {lastBar ? <TwoLines top={price(lastBar.close)} under={day(lastBar.session)} /> : <Blank />}
      </td>
      <td class="col-interval" data-label="Next session">
        {forecast ? (
          <>
            <IntervalBar quantiles={forecast.quantiles} axis={axis} />
            <span class="under interval-text">
              <span>
                80{'\u202f'}%: {rangePct(forecast.quantiles[2]!, forecast.quantiles[6]!)}
              </span>
              <span>
                95{'\u202f'}%: {rangePct(forecast.quantiles[0]!, forecast.quantiles[8]!)}
              </span>
            </span>
          </>
        ) : (
          <span class="placeholder" aria-hidden="true" />
        )}
      </td>
      <td class="num" data-label="Median">
        {forecast ? <TwoLines top={signedPct(forecast.quantiles[4]!)} under={shortDay(forecast.target)} /> : <Blank />}
      </td>
      <td class="num" data-label="P(up)">
        {forecast ? share(forecast.pUp) : <Blank />}
      </td>
      <td class="num" data-label="P(large move)">
        {forecast ? (
          <TwoLines top={share(forecast.pLargeMove)} under={row.last && `before ${share(row.last.pLargeMove)}`} />
        ) : (
          <Blank />
        )}
      </td>
      <LastOutcome last={row.last} />
      <FigureCell label="Pinball" figure="pinball" model={model} rival={rival} digits={3} />
      <td class="num" data-label="Coverage">
        {model ? (
          <TwoLines
            top={`${share(model.coverage_80)} / ${share(model.coverage_95)}`}
            under={rival && `${share(rival.figures.coverage_80)} / ${share(rival.figures.coverage_95)}`}
          />
        ) : (
          <Blank />
        )}
      </td>
      <td class="col-verdict" data-label="Verdict">
        <VerdictBadge verdict={row.verdict} />
      </td>
    </tr>
  )
}

function FigureCell(props: {
  label: string
  figure: keyof Figures
  digits: number
  model: Figures | undefined
  rival: ShownRow['rival']
}) {
  const { label, figure, digits, model, rival } = props
  const text = (figures: Figures) => decimal(figures[figure] ?? Number.NaN, digits)
  return (
    <td class="num" data-label={label}>
      {model ? <TwoLines top={text(model)} under={rival && `${rival.name} ${text(rival.figures)}`} /> : <Blank />}
    </td>
  )
}

const LastOutcome = ({ last }: Pick<ShownRow, 'last'>) => (
  <td class="num first-record" data-label="Last outcome">
    {last ? (
      <TwoLines
        top={
          <OutcomeMark quantiles={last.quantiles} returnPct={last.returnPct}>
            {signedPct(last.returnPct)}
          </OutcomeMark>
        }
        under={`error ${signedPct(last.returnPct - last.mean)}`}
      />
    ) : (
      <Blank />
    )}
  </td>
)

const TwoLines = ({ top, under }: { top: Child; under: Child }) => (
  <span class="two-lines">
    <span>{top}</span>
    <span class="under">{under}</span>
  </span>
)

const Blank = () => <span class="blank">–</span>

function SortHead(props: { name: OverviewQuery['sort']; query: OverviewQuery; class: string; children: Child }) {
  const { name, query, children } = props
  const isSorted = query.sort === name
  const first = name === 'symbol' ? 'asc' : 'desc'
  const dir = isSorted ? (query.dir === 'asc' ? 'desc' : 'asc') : first
  return (
    <th
      scope="col"
      class={props.class}
      aria-sort={isSorted ? (query.dir === 'asc' ? 'ascending' : 'descending') : undefined}
    >
      <a {...boardLink(withQuery('/', overviewParams({ ...query, sort: name, dir, page: 1 })))}>
        {children}
        <span class="sort-mark" aria-hidden="true">
          {isSorted ? (query.dir === 'asc' ? '↑' : '↓') : ''}
        </span>
      </a>
    </th>
  )
}
