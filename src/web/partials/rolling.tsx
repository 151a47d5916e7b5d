import type { ScoreRow } from '../../db/scores.js'
import { type Figures, SCORE_WINDOWS } from '../../domain/score.js'
import { baselinesOf, chosenBaselines } from '../chosenBaselines.js'
import { figureNames } from '../figureNames.js'
import { count, day, decimal, share } from '../format.js'
import { ROLLING_FIGURES } from '../query.js'
import { apiPath, MODEL, tablePath, withQuery } from '../routes.js'
import { FIRST_ROWS, type TickerView } from '../tickerView.js'
import { InPlace, WholeTable } from './newestFirst.js'
import { PagePills } from './pills.js'
import { LegendEntry, PlotFigure } from './plotFigure.js'
import { SERIES_ROWS, SeriesTable } from './seriesTable.js'

/** Rolling figures of the model and the chosen baselines: drawn for one figure, listed for all. */
export function RollingSection({ view }: { view: TickerView }) {
  const { ticker, query, scores, verdict, series } = view
  const baselines = baselinesOf(scores)
  const chosen = chosenBaselines(query, verdict, baselines)
  const shown = { window: String(query.window), figure: query.figure, vs: chosen }
  const src = withQuery(apiPath(ticker.symbol, 'scores'), shown)
  return (
    <section id="rolling">
      <div class="section-head">
        <h2>Rolling record</h2>
        <PagePills
          view={view}
          target="rolling"
          label="Sessions in the window"
          pills={SCORE_WINDOWS.map((window) => ({
            text: `${window} sessions`,
            query: { window: String(window) },
            isOn: window === query.window,
          }))}
        />
      </div>
      <PagePills
        view={view}
        target="rolling"
        label="Figure"
        pills={ROLLING_FIGURES.map((figure) => ({
          text: figureNames[figure],
          query: { figure },
          isOn: figure === query.figure,
        }))}
      />
      {scores.length > 0 ? (
        <PlotFigure kind="rolling" src={src} label={`${figureNames[query.figure]} over ${query.window} sessions`}>
          <LegendEntry swatch={`c-${MODEL}`}>{MODEL}</LegendEntry>
          {chosen.map((name) => (
            <LegendEntry swatch={`c-${name}`}>{name}</LegendEntry>
          ))}
        </PlotFigure>
      ) : (
        <p class="empty">Fewer than {query.window} forecasts are settled so far.</p>
      )}
      <PagePills
        view={view}
        target="rolling"
        label="Baselines in the plot"
        pills={baselines.map((name) => ({
          text: name,
          query: { vs: toggled(chosen, name) },
          isOn: chosen.includes(name),
        }))}
      />
      {scores.length > 0 && <FigureTable rows={scores} />}
      {series.length > 0 && (
        <details>
          <summary>The plot as a table</summary>
          <WholeTable href={tablePath(ticker.symbol, 'rolling', shown)} file={[src, 'JSON']} />
          <InPlace id={SERIES_ROWS}>
            <SeriesTable symbol={ticker.symbol} query={{ ...query, vs: chosen }} series={series} most={FIRST_ROWS} />
          </InPlace>
        </details>
      )}
    </section>
  )
}

function toggled(chosen: readonly string[], name: string): string[] {
  const others = chosen.filter((other) => other !== name)
  const next = chosen.includes(name) ? others : [...chosen, name]
  return next.length > 0 ? next : ['none']
}

const columns: readonly [string, (figures: Figures) => string][] = [
  ['pinball', (f) => decimal(f.pinball, 4)],
  ['CRPS', (f) => decimal(f.crps, 4)],
  ['MAE', (f) => decimal(f.mae, 3)],
  ['RMSE', (f) => decimal(f.rmse, 3)],
  ['R² vs zero', (f) => decimal(f.r2_oos, 4)],
  ['hit rate', (f) => (f.hit_rate === null ? '–' : share(f.hit_rate))],
  ['coverage 80\u202f%', (f) => share(f.coverage_80, 1)],
  ['coverage 95\u202f%', (f) => share(f.coverage_95, 1)],
  ['Winkler 95\u202f%', (f) => decimal(f.winkler_95)],
]

function FigureTable({ rows }: { rows: readonly ScoreRow[] }) {
  const ordered = [...rows].sort((a, b) => a.figures.pinball - b.figures.pinball)
  const [first] = ordered
  return (
    <div class="scroll" tabindex={0}>
      <table class="plain">
        <caption>
          {first && `Over ${count(first.figures.n)} sessions up to ${day(first.asOf)}, lowest pinball loss first`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Forecaster</th>
            {columns.map(([name]) => (
              <th scope="col" class="num">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ordered.map(({ forecaster, figures }) => (
            <tr class={forecaster === MODEL ? 'model' : undefined}>
              <th scope="row">{forecaster}</th>
              {columns.map(([, text]) => (
                <td class="num">{text(figures)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
