import type { AlertData, AlertEvent, AlertPayload, AlertReason, AlertType } from '../domain/alert.js'
import { type Forecast, QUANTILE_LEVELS } from '../domain/forecast.js'
import type { Verdict } from '../domain/score.js'
import { type ForecastFacts, intervalOf } from './evaluateCondition.js'
import { probability, signedPercent } from './words.js'

const MEDIAN = QUANTILE_LEVELS.indexOf(0.5)

/** Where the dashboard is reached, without a slash at its end. */
export interface PayloadContext {
  readonly publicUrl: string
  readonly now: Date
}

/** `forecast.large_move` and `forecast.created`: the forecast, why it is told, and what may be said of its maker. */
export function forecastPayload(
  type: 'forecast.large_move' | 'forecast.created',
  facts: ForecastFacts,
  reasons: readonly AlertReason[],
  { publicUrl, now }: PayloadContext,
): AlertPayload {
  const { forecast, isSample, verdict, volatilityPct } = facts
  const { ticker, asOf, target, quantiles, mean, pUp, pLargeMove, moveThresholdPct } = forecast
  const what = type === 'forecast.large_move' ? 'large move likely' : 'new forecast'
  const sample = isSample ? ' (sample data)' : ''
  return payload(type, now, {
    title: `${ticker}${sample}: ${what} on ${target}`,
    text: `${rangeSentence(forecast)} ${verdictSentence(verdict)}`,
    ...{ ticker, is_sample: isSample, reasons, link: tickerLink(publicUrl, ticker) },
    ...{ as_of: asOf, target, forecaster: forecast.forecaster, model: forecast.model, data_hash: forecast.dataHash },
    forecast: {
      ...{ mean_pct: mean, median_pct: quantiles[MEDIAN]!, last_close: forecast.lastClose },
      interval_80_pct: intervalOf(quantiles, 80),
      interval_95_pct: intervalOf(quantiles, 95),
      quantile_levels: QUANTILE_LEVELS,
      quantiles_pct: quantiles,
      ...{ p_up: pUp, p_large_move: pLargeMove, move_threshold_pct: moveThresholdPct },
    },
    own_volatility_pct: volatilityPct,
    verdict: verdictData(verdict),
  })
}

/** `forecast.settled`: what happened to what was said. */
export function settledPayload(
  settled: { readonly forecast: Forecast; readonly session: string; readonly returnPct: number },
  facts: { readonly isSample: boolean; readonly verdict: Verdict | null },
  { publicUrl, now }: PayloadContext,
): AlertPayload {
  const { forecast, session, returnPct } = settled
  const { ticker, quantiles, mean } = forecast
  const within = (coverage: 80 | 95) => {
    const [low, high] = intervalOf(quantiles, coverage)
    return returnPct >= low && returnPct <= high
  }
  const where = within(80)
    ? 'inside the 80 % interval'
    : within(95)
      ? 'inside the 95 % interval only'
      : 'outside the 95 % interval'
  return payload('forecast.settled', now, {
    title: `${ticker}${facts.isSample ? ' (sample data)' : ''}: ${signedPercent(returnPct)} on ${session}, ${where}`,
    text: `Said after ${forecast.asOf}: ${rangeSentence(forecast)} It was ${signedPercent(returnPct)}. ${verdictSentence(facts.verdict)}`,
    ...{ ticker, is_sample: facts.isSample, link: tickerLink(publicUrl, ticker) },
    reasons: [{ rule: 'event', value: returnPct, limit: null, sentence: `Its session ${session} is over.` }],
    ...{ as_of: forecast.asOf, target: forecast.target, session, model: forecast.model, data_hash: forecast.dataHash },
    outcome: { return_pct: returnPct, error_pct: returnPct - mean, inside_80: within(80), inside_95: within(95) },
    forecast: {
      ...{ mean_pct: mean, median_pct: quantiles[MEDIAN]! },
      interval_80_pct: intervalOf(quantiles, 80),
      interval_95_pct: intervalOf(quantiles, 95),
    },
    verdict: verdictData(facts.verdict),
  })
}

/** Something that happened to the product rather than to a price. */
export interface Incident {
  readonly type: Exclude<AlertEvent, 'forecast.large_move' | 'forecast.created' | 'forecast.settled'>
  /** Names it: the same incident is told once. */
  readonly subject: string
  readonly title: string
  readonly text: string
  /** Null when it is about all tickers. */
  readonly ticker: string | null
  /** Null when it is about all exchanges, or the ticker tells it. */
  readonly exchange: string | null
  readonly details: Readonly<Record<string, unknown>>
}

/** `run.failed`, `run.missed`, `model.promoted`, `data.stale`. */
export const incidentPayload = (
  incident: Incident,
  isSample: boolean,
  { publicUrl, now }: PayloadContext,
): AlertPayload =>
  payload(incident.type, now, {
    ...{ title: incident.title, text: incident.text, ticker: incident.ticker, is_sample: isSample },
    reasons: [{ rule: 'event', value: incident.subject, limit: null, sentence: incident.title }],
    link: incident.ticker ? tickerLink(publicUrl, incident.ticker) : `${publicUrl}/`,
    ...incident.details,
  })

/** An alert that a person asked for, to see whether it arrives. */
export const testPayload = ({ publicUrl, now }: PayloadContext): AlertPayload =>
  payload('alert.test', now, {
    title: 'Test alert from mambacast',
    text: 'You asked for this alert. It says that this endpoint can be reached, and nothing about any price.',
    ...{ ticker: null, is_sample: false, link: `${publicUrl}/alerts` },
    reasons: [{ rule: 'event', value: 'test', limit: null, sentence: 'Asked for by hand.' }],
  })

const payload = (type: AlertType, at: Date, data: AlertData): AlertPayload => ({
  type,
  timestamp: at.toISOString(),
  data,
})

const tickerLink = (publicUrl: string, ticker: string) => `${publicUrl}/tickers/${encodeURIComponent(ticker)}`

function rangeSentence({ quantiles, pUp, pLargeMove, moveThresholdPct, lastClose }: Forecast): string {
  const [low80, high80] = intervalOf(quantiles, 80)
  const [low95, high95] = intervalOf(quantiles, 95)
  return `From ${lastClose}: median ${signedPercent(quantiles[MEDIAN]!)}, 80 % interval ${signedPercent(low80)} … ${signedPercent(high80)}, 95 % interval ${signedPercent(low95)} … ${signedPercent(high95)}, P(up) ${probability(pUp)}, P(beyond ±${moveThresholdPct} %) ${probability(pLargeMove)}.`
}

const verdictSentence = (verdict: Verdict | null): string =>
  `Verdict: ${verdict?.sentence ?? 'too few forecasts have been settled to say anything of its skill.'}`

const verdictData = (verdict: Verdict | null) =>
  verdict && {
    ...{ n: verdict.n, as_of: verdict.asOf, sentence: verdict.sentence },
    ...{ distribution_skill: verdict.distributionSkill, mean_skill: verdict.meanSkill },
    ...{ strongest_baseline: verdict.strongestBaseline, dm_p_value: verdict.dmPValue },
  }
