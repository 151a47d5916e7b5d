import type { EvaluationReport, MeanAndSd, ModelReport, TickerReport } from '../domain/evaluationReport.js'
import { sentencesOf } from '../evaluation/report/reportSentences.js'
import { table } from './forecastView.js'

const COLUMNS = {
  paper: ['mse', 'rmse', 'mae', 'r2'],
  'next-day': [
    ...['mae', 'rmse', 'r2_oos', 'cw_p', 'hit_rate', 'pinball', 'crps', 'coverage_80', 'coverage_95', 'winkler_95'],
    ...['brier_skill', 'qlike'],
  ],
} as const

/** The report for a terminal: a table per ticker, then what it says in words. */
export function evaluationText(report: EvaluationReport): string {
  return [...report.tickers.map((ticker) => tickerText(report, ticker)), sentencesOf(report).join('\n')].join('\n\n')
}

function tickerText({ protocol }: EvaluationReport, report: TickerReport): string {
  const { ticker, is_sample, test_size, test_from, test_to, train_rows, models, side_by_side } = report
  const columns = COLUMNS[protocol]
  const rows = models.map((model) => [
    seedLabel(model),
    ...columns.map((name) => meanText(model.figures[name] ?? null)),
    model.parameters === null ? '–' : String(model.parameters),
    meanText(model.train_seconds, 1),
    meanText(model.inference_seconds, 3),
  ])
  const sample = is_sample ? ' (sample data)' : ''
  const beside = side_by_side > 1 ? `; seconds with ${side_by_side} experiments side by side` : ''
  return [
    `${ticker}${sample}  ${test_size} sessions tested, ${test_from} to ${test_to}, ${train_rows} trained on${beside}`,
    ...table([['', ...columns, 'parameters', 'train s', 'infer s'], ...rows]),
  ].join('\n')
}

const seedLabel = ({ model, trained, seeds }: ModelReport): string => {
  if (!trained) return model
  if (seeds[0]!.seed === 0) return `${model} (given weights)`
  return `${model} (${seeds.length === 1 ? 'one seed' : `${seeds.length} seeds`})`
}

function meanText(value: MeanAndSd | null, digits = 4): string {
  if (!value) return '–'
  return value.sd === null ? value.mean.toFixed(digits) : `${value.mean.toFixed(digits)}±${value.sd.toFixed(digits)}`
}
