import type { EvaluationReport, ModelReport, TickerReport } from '../../domain/evaluationReport.js'
import { SIGNIFICANCE } from '../../domain/score.js'
import { publishedTable } from '../publishedFigures.js'

/** What protocol `paper` does not show; printed wherever its figures are. */
export const PAPER_CAVEAT =
  'What this does not show: skill. R² on the price level measures how far the price wandered in the test window, so "tomorrow = today" scores high; and open, high and low of a day are inputs for the same day\'s change, which nobody has the day before.'

/** What the report says in words, ticker by ticker and at the end over all. */
export function sentencesOf(report: EvaluationReport): string[] {
  if (report.protocol === 'next-day') return [...verdictSentences(report), ...chanceSentence(report)]
  return [...report.tickers.flatMap(persistenceSentences), ...publishedSentence(report), PAPER_CAVEAT]
}

const verdictSentences = ({ tickers }: EvaluationReport): string[] =>
  tickers.flatMap(({ ticker, verdicts }) =>
    verdicts.map(({ forecaster, sentence }) => `${ticker}, ${forecaster}: ${sentence}`),
  )

/** Many tests at once find something by chance; each verdict is two, of the distribution and of the mean. */
export function chanceSentence({ tickers }: EvaluationReport): string[] {
  const tests = 2 * tickers.reduce((sum, { verdicts }) => sum + verdicts.length, 0)
  if (tests < 4) return []
  const expected = (SIGNIFICANCE * tests).toFixed(1)
  return [
    `These verdicts are ${tests} tests at the ${100 * SIGNIFICANCE} % level, none corrected for the others: where nothing has skill, up to ${expected} of them would find some by chance.`,
  ]
}

const r2Of = (model: ModelReport): number => model.figures.r2!.mean

function persistenceSentences({ ticker, models }: TickerReport): string[] {
  const persistence = models.find(({ model }) => model === 'zero')!
  const trained = models.filter((model) => model.trained)
  if (trained.length === 0) return []
  const beaten = trained.filter((model) => r2Of(persistence) > r2Of(model)).map(({ model }) => model)
  const others = trained.filter((model) => r2Of(persistence) <= r2Of(model)).map(({ model }) => model)
  const wins = beaten.length > 0 ? `persistence beats ${listed(beaten)}` : 'persistence beats none of the models'
  const losses = others.length > 0 && beaten.length > 0 ? `, not ${listed(others)}` : ''
  return [`${ticker}: ${wins}${losses} (R² of persistence ${r2Of(persistence).toFixed(4)}).`]
}

/** Our persistence row beside the figures that the paper prints. */
function publishedSentence({ tickers }: EvaluationReport): string[] {
  const pairs = tickers.flatMap(({ ticker, models }) => {
    const published = publishedTable[ticker]
    const persistence = models.find(({ model }) => model === 'zero')
    return published && persistence ? [{ ticker, published: published.r2, ours: r2Of(persistence) }] : []
  })
  if (pairs.length === 0) return []
  const won = pairs.filter(({ ours, published }) => ours > published)
  const where = won.length === pairs.length ? allOf(pairs.length) : `${won.length} of ${pairs.length}`
  const figures = pairs.map(
    ({ ticker, ours, published }) => `${ticker} ${ours.toFixed(4)} against ${published.toFixed(4)}`,
  )
  return [
    `Persistence, "tomorrow = today", beats the published MambaStock on ${where} of the paper's tickers evaluated here, by R²: ${figures.join(', ')}.`,
  ]
}

const NUMBERS = ['', 'the one', 'both', 'all three', 'all four']
const allOf = (n: number): string => NUMBERS[n] ?? `all ${n}`

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
