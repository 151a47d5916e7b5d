import type { TickerLifecycle, TrialState } from '../db/lifecycle.js'
import type { ModelCard } from '../db/tickerRecord.js'
import type { Drift } from '../domain/lifecycle.js'
import { table } from './forecastView.js'

/** Who serves a ticker, who is on trial, and whether losses drift, as lines for a terminal. */
export function lifecycleText({ ticker, champion, predecessor, trials, drift }: TickerLifecycle): string {
  if (!champion) return `${ticker}: no model has been trained yet`
  const { current } = champion
  const tuned = current && current.id !== champion.lineage ? `, fine-tuned to ${current.id} (${current.trainEnd})` : ''
  return [
    `${ticker}  ${champion.lineage} serves since ${champion.since.slice(0, 10)}: ${champion.reason}`,
    `  trained up to ${champion.trainEnd}${tuned}${champion.why === champion.reason ? '' : `; ${champion.why}`}`,
    ...(predecessor ? [`  before it: ${predecessor.lineage}${predecessor.isPurged ? ', purged' : ''}`] : []),
    `  ${driftText(drift)}`,
    ...(trials.length > 0 ? ['', ...trialTable(trials)] : ['  nobody is on trial']),
  ].join('\n')
}

function driftText(drift: Drift | null): string {
  if (!drift) return 'drift: no served forecast is settled yet'
  const { statistic, threshold, alarmAsOf, lossRatio } = drift
  const state = statistic > threshold ? 'alarm' : 'none'
  const last = alarmAsOf ? `; last alarm ${alarmAsOf}` : ''
  return `drift: ${state} (Page-Hinkley ${statistic.toFixed(1)} of ${threshold}; lately ${lossRatio.toFixed(2)} times the expected loss)${last}`
}

function trialTable(trials: readonly TrialState[]): string[] {
  const header = ['on trial', 'trained to', 'sessions', 'pinball', 'served', 'p (worse by margin)', 'state']
  const rows = trials.map(({ lineage, trainEnd, test, outcome, reason }) => [
    ...[
      lineage,
      trainEnd,
      String(test?.n ?? 0),
      test?.pinball.toFixed(4) ?? '–',
      test?.servedPinball.toFixed(4) ?? '–',
    ],
    test?.pValue?.toPrecision(2) ?? '–',
    outcome === null ? 'goes on' : `${outcome}: ${reason}`,
  ])
  return table([header, ...rows])
}

/** A model's card as lines for a terminal. */
export function modelText(model: ModelCard): string {
  const { options, ...rest } = model
  const facts = Object.entries({ ...rest, options: JSON.stringify(options) })
  return table(facts.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : String(value ?? '–')]))
    .map((line) => line.trimEnd())
    .join('\n')
}

/** What a purge took away. */
export function purgeText(purged: readonly { readonly bytes: number }[]): string {
  if (purged.length === 0) return 'nothing to purge'
  const kilobytes = Math.round(purged.reduce((sum, { bytes }) => sum + bytes, 0) / 1024)
  return `weights of ${purged.length} ${purged.length === 1 ? 'model' : 'models'} purged, ${kilobytes} KiB`
}
