import type { EvaluationReport, MeanAndSd, ModelReport, TickerReport } from '../../domain/evaluationReport.js'
import { publishedComparison } from '../publishedFigures.js'

const COLUMNS: Readonly<Record<EvaluationReport['protocol'], readonly (readonly [figure: string, heading: string])[]>> =
  {
    paper: [
      ['mse', 'MSE'],
      ['rmse', 'RMSE'],
      ['mae', 'MAE'],
      ['r2', 'R² of the price'],
    ],
    'next-day': [
      ['pinball', 'pinball'],
      ['crps', 'CRPS'],
      ['coverage_80', 'cover 80 %'],
      ['christoffersen_80_p', 'p'],
      ['coverage_95', 'cover 95 %'],
      ['christoffersen_95_p', 'p'],
      ['winkler_95', 'Winkler 95 %'],
      ['brier_skill', 'Brier skill, move > 2 %'],
      ['qlike', 'QLIKE'],
      ['mae', 'MAE'],
      ['rmse', 'RMSE'],
      ['r2_oos', 'R² vs zero'],
      ['cw_p', 'Clark–West p'],
      ['hit_rate', 'hit rate'],
      ['pt_p', 'Pesaran–T. p'],
    ],
  }

/** Every model of one ticker: figures, parameters, seconds. */
export function FigureTable({ protocol, report }: { protocol: EvaluationReport['protocol']; report: TickerReport }) {
  const columns = COLUMNS[protocol]
  return (
    <div class="scroll">
      <table>
        <caption>{captionOf(protocol, report)}</caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            {columns.map(([, heading]) => (
              <th scope="col">{heading}</th>
            ))}
            <th scope="col">parameters</th>
            <th scope="col">training s</th>
            <th scope="col">inference s</th>
          </tr>
        </thead>
        <tbody>
          {report.models.map((model) => (
            <tr class={model.trained ? 'trained' : undefined}>
              <th scope="row">{nameOf(model)}</th>
              {columns.map(([figure]) => (
                <Value value={model.figures[figure] ?? null} digits={4} />
              ))}
              <td>{model.parameters ?? '–'}</td>
              <Value value={model.train_seconds} digits={1} />
              <Value value={model.inference_seconds} digits={3} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function captionOf(
  protocol: EvaluationReport['protocol'],
  { test_size, test_from, test_to, train_rows, side_by_side }: TickerReport,
) {
  const unit =
    protocol === 'paper' ? 'errors in the quote currency' : 'errors and losses in percent of the close before'
  const beside = side_by_side > 1 ? ` Seconds were taken with ${side_by_side} experiments side by side.` : ''
  return `${test_size} sessions, ${test_from} to ${test_to}; trained on ${train_rows} before them; ${unit}. Mean ± standard deviation over seeds, where there is more than one.${beside}`
}

function nameOf({ model, trained, seeds }: ModelReport): string {
  if (!trained) return model === 'zero' ? 'zero (tomorrow = today)' : model
  if (seeds[0]!.seed === 0) return `${model}, given weights`
  return seeds.length === 1 ? `${model}, one seed` : `${model}, ${seeds.length} seeds`
}

export function Value({ value, digits }: { value: MeanAndSd | null; digits: number }) {
  if (!value) return <td>–</td>
  return (
    <td>
      {minus(value.mean.toFixed(digits))}
      {value.sd !== null && <span class="sd"> ± {value.sd.toFixed(digits)}</span>}
    </td>
  )
}

/** 1 - pinball / pinball of each baseline, for every trained model. */
export function SkillTable({ report }: { report: TickerReport }) {
  const trained = report.models.filter((model) => model.trained && model.pinball_skill)
  if (trained.length === 0) return null
  const baselines = Object.keys(trained[0]!.pinball_skill!)
  return (
    <div class="scroll">
      <table>
        <caption>
          Pinball skill against each baseline, 1 − pinball / pinball of the baseline, of the median seed
        </caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            {baselines.map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {trained.map(({ model, pinball_skill }) => (
            <tr class="trained">
              <th scope="row">{model}</th>
              {baselines.map((name) => (
                <td>{signed(pinball_skill![name]!)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Ours beside what the article prints, where it prints something. */
export function PublishedTable({ report }: { report: TickerReport }) {
  const rows = report.models.filter(({ published }) => published)
  if (rows.length === 0) return null
  const compared = rows.some(
    ({ model, published }) => model in publishedComparison && published!.train_seconds !== undefined,
  )
  const columns: [string, (model: ModelReport) => MeanAndSd | null, number][] = [
    ...(['mse', 'rmse', 'mae', 'r2'] as const).map(
      (name): [string, (model: ModelReport) => MeanAndSd | null, number] => [
        name,
        (model) => model.figures[name] ?? null,
        4,
      ],
    ),
    ...(compared
      ? ([
          ['train_seconds', (model: ModelReport) => model.train_seconds, 1],
          ['inference_seconds', (model: ModelReport) => model.inference_seconds, 3],
        ] as [string, (model: ModelReport) => MeanAndSd | null, number][])
      : []),
  ]
  return (
    <div class="scroll">
      <table>
        <caption>
          Ours, and what the article prints (Shi 2024); its seconds were taken on an RTX 3080, so they compare its
          networks with one another, not with ours
        </caption>
        <thead>
          <tr>
            <th scope="col">Network</th>
            {columns.map(([name]) => (
              <>
                <th scope="col">{name.replace('_', ' ')}</th>
                <th scope="col">article</th>
              </>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((model) => (
            <tr class="trained">
              <th scope="row">{nameOf(model)}</th>
              {columns.map(([name, value, digits]) => (
                <>
                  <Value value={value(model)} digits={digits} />
                  <td class="muted">{model.published![name] ?? '–'}</td>
                </>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const minus = (text: string): string => text.replace('-', '−')
const signed = (value: number): string => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(4)}`
