import type { Provenance } from '../../domain/evaluationReport.js'
import type { ArmSummary } from '../ablation.js'

export interface AblationReport {
  readonly provenance: Omit<Provenance, 'recalibrated'>
  /** What was tested, in words. */
  readonly window: string
  readonly arms: readonly ArmSummary[]
}

/** The ablation as Markdown, for docs/skill.md: command, machine, date, then a table over all tickers and one by ticker. */
export function ablationMarkdown({ provenance, window, arms }: AblationReport): string {
  const { command, machine, date } = provenance
  const count = arms[0]?.tickers.length ?? 0
  const overall = arms.map((arm) => [
    ...[name(arm), String(arm.ensemble), arm.recalibrated ? 'on' : 'off'],
    ...[signed(arm.skill_ewma), signed(arm.skill_best), `${arm.tickers_above_best} of ${count}`],
    ...[arm.coverage_80.toFixed(3), arm.coverage_80_range.map((value) => value.toFixed(3)).join(' to ')],
    ...[arm.coverage_95.toFixed(3), signed(arm.brier_skill), `${arm.tickers_brier_above} of ${count}`],
  ])
  const header = [
    ...['network', 'ensemble', 'recalibrated', 'skill vs ewma', 'vs best of four', 'above 0'],
    ...['coverage_80', 'by ticker', 'coverage_95', 'Brier skill', 'above 0'],
  ]
  const byTicker = arms.map((arm) => [label(arm), ...arm.tickers.map(({ skill_best }) => signed(skill_best))])
  return [
    `    ${command}`,
    `${machine}; ${date}. ${window} Means over ${count} tickers of the median of three; \`pinball_skill\`; the best of ewma, fhs, garch and har is chosen in hindsight on each ticker.`,
    table([header, ...overall]),
    '`pinball_skill` against the best of four, by ticker:',
    table([['', ...(arms[0]?.tickers.map(({ ticker }) => ticker) ?? [])], ...byTicker]),
  ].join('\n\n')
}

const WORDS: Readonly<Record<string, string>> = {
  mamba: 'per ticker',
  'mamba-exogenous': 'per ticker, exogenous',
  'mamba-panel': 'panel',
  'mamba-panel-exogenous': 'panel, exogenous',
}

const name = ({ model }: ArmSummary): string => WORDS[model] ?? model

const label = (arm: ArmSummary): string =>
  [
    name(arm),
    ...(arm.ensemble > 1 ? [`ensemble of ${arm.ensemble}`] : []),
    ...(arm.recalibrated ? [] : ['not recalibrated']),
  ].join(', ')

const signed = (value: number): string =>
  Number.isNaN(value) ? '–' : `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`

const table = ([header, ...rows]: readonly (readonly string[])[]): string =>
  [header!, header!.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
