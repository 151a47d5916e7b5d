import type { EvaluationReport } from '../../domain/evaluationReport.js'

/** One line per ticker, model, seed and figure: `ticker,model,seed,figure,value`; a figure that is undefined is empty. */
export function reportCsv({ tickers }: EvaluationReport): string {
  const lines = tickers.flatMap(({ ticker, models }) =>
    models.flatMap(({ model, seeds }) =>
      seeds.flatMap(({ seed, figures }) =>
        Object.entries(figures).map(([figure, value]) =>
          [ticker, model, seed, figure, value ?? ''].map(cell).join(','),
        ),
      ),
    ),
  )
  return `${['ticker,model,seed,figure,value', ...lines].join('\n')}\n`
}

/** RFC 4180: quoted where it holds a separator, a quote or a line break. */
const cell = (value: string | number): string => {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
