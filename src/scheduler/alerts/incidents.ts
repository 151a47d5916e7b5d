import type { Incident } from '../../alerts/payloads.js'
import type { ModelInsert } from '../../db/models.js'

/** A queued run ended with tickers that failed. */
export const runFailed = (runId: string, exchange: string | null, error: string | null): Incident => {
  const lines = (error ?? '').split('\n').filter(Boolean)
  return {
    ...{ type: 'run.failed', subject: runId, ticker: null, exchange },
    title: `Run failed for ${lines.length} ${lines.length === 1 ? 'ticker' : 'tickers'}${exchange ? ` of ${exchange}` : ''}`,
    text: lines.slice(0, 20).join('\n'),
    details: { run_id: runId, exchange, failed: lines.length },
  }
}

/** Another full training serves a ticker from now on: it won its trial, had to, or somebody chose it. */
export const modelPromoted = (model: ModelInsert, reason: string): Incident => ({
  ...{ type: 'model.promoted', subject: model.id, ticker: model.ticker, exchange: null },
  title: `${model.ticker}: another model forecasts from now on`,
  text: `${reason}. Trained on ${model.trainRows} sessions up to ${model.trainEnd}, validation loss ${model.validationLoss.toPrecision(4)}.`,
  details: {
    ...{ model: model.id, forecaster: model.forecaster, train_start: model.trainStart, train_end: model.trainEnd },
    ...{ epochs: model.epochs, validation_loss: model.validationLoss, data_hash: model.dataHash },
  },
})

/** A schedule's moment passed and its forecasts were not made. */
export const runMissed = (exchange: string, dueAt: Date, tickers: readonly string[]): Incident => ({
  ...{ type: 'run.missed', subject: `${exchange}:${dueAt.toISOString()}`, ticker: null, exchange },
  title: `The run of ${exchange} due at ${dueAt.toISOString()} was missed`,
  text: `No forecast was made in time for ${tickers.slice(0, 20).join(', ')}${tickers.length > 20 ? ` and ${tickers.length - 20} more` : ''}.`,
  details: { exchange, due_at: dueAt.toISOString(), tickers: tickers.slice(0, 100) },
})

/** Bars of a ticker have stopped: others of its exchange have newer ones, or none came for long. Told once a stop. */
export const dataStale = (ticker: string, lastSession: string, marketSession: string): Incident => {
  const others = marketSession > lastSession ? ` Others of its exchange have ${marketSession}.` : ''
  return {
    ...{ type: 'data.stale', subject: `${ticker}:${lastSession}`, ticker, exchange: null },
    title: `${ticker}: no bars since ${lastSession}`,
    text: `Its newest bar is of ${lastSession}.${others} Until new bars come there is no new forecast.`,
    details: { last_session: lastSession, market_session: marketSession },
  }
}
