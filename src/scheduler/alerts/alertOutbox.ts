import { decide } from '../../alerts/decide.js'
import { dueAt } from '../../alerts/dueAt.js'
import { evaluateCondition, type ForecastFacts, likelyLargeMove } from '../../alerts/evaluateCondition.js'
import {
  forecastPayload,
  type Incident,
  incidentPayload,
  type PayloadContext,
  settledPayload,
} from '../../alerts/payloads.js'
import type { Config } from '../../config.js'
import { alertFacts, settledLiveForecasts } from '../../db/alertFacts.js'
import { type AlertInsert, addAlerts } from '../../db/alertOutbox.js'
import { alertState, type SubscriptionRow, saveAlertState, subscriptionsTo } from '../../db/alertSubscriptions.js'
import { wakeEndpoints } from '../../db/alertWakes.js'
import type { Db } from '../../db/database.js'
import type { Queue } from '../../db/queue.js'
import { findTicker } from '../../db/tickers.js'
import type { AlertEvent, AlertPayload, AlertPlot } from '../../domain/alert.js'
import type { Forecast } from '../../domain/forecast.js'
import { probabilityOfMove } from '../../model/probability.js'
import { MODEL_FORECASTER } from '../jobs/fitModel.js'
import { newAlertId } from './newAlertId.js'
import { publicUrl } from './publicUrl.js'

/** Something to tell a subscription of. */
interface Telling {
  readonly event: AlertEvent
  readonly subject: string
  readonly payload: AlertPayload
  readonly plot?: AlertPlot
}

/**
 * Writes alerts in the transaction of what they tell of, and wakes their endpoints in it. What was told before is not
 * told again: a subscription and a subject have one alert.
 */
export class AlertOutbox {
  readonly #publicUrl: string

  constructor(
    private readonly queue: Queue,
    config: Pick<Config, 'alerts' | 'server'>,
  ) {
    this.#publicUrl = publicUrl(config)
  }

  /** `forecast.created` and `forecast.large_move`: of the network's live forecast among rows new to the ledger. */
  async forecastsMade(tx: Db, rows: readonly Forecast[], now: Date): Promise<void> {
    const forecast = rows.find(({ forecaster, origin }) => forecaster === MODEL_FORECASTER && origin === 'live')
    if (!forecast) return
    const events: readonly AlertEvent[] = ['forecast.large_move', 'forecast.created']
    const ticker = await findTicker(tx, forecast.ticker)
    const subscriptions = ticker
      ? await subscriptionsTo(tx, events, { ticker: ticker.symbol, exchange: ticker.exchange })
      : []
    if (subscriptions.length === 0) return
    const known = (await alertFacts(tx, forecast.ticker, MODEL_FORECASTER, forecast.asOf))!
    const facts = { ...known, forecast, probabilityOfMove: (pct: number) => probabilityOfMove(forecast, pct) }
    const plot = { closes: known.closes, quantiles: forecast.quantiles }
    const rowsToAdd: AlertInsert[] = []
    for (const subscription of subscriptions)
      for (const event of ['forecast.large_move', 'forecast.created'] as const)
        if (subscription.events.includes(event)) {
          const payload = await this.#judge(tx, subscription, event, facts, now)
          const subject = `${event}:${forecast.ticker}:${forecast.asOf}`
          if (payload) rowsToAdd.push(alertRow(subscription, { event, subject, payload, plot }, now))
        }
    await this.#add(tx, rowsToAdd)
  }

  /** `forecast.settled`: of live forecasts as of those sessions. */
  async forecastsSettled(tx: Db, symbol: string, sessions: readonly string[], now: Date): Promise<void> {
    const ticker = await findTicker(tx, symbol)
    if (!ticker || sessions.length === 0) return
    const about = { ticker: symbol, exchange: ticker.exchange }
    const subscriptions = await subscriptionsTo(tx, ['forecast.settled'], about)
    if (subscriptions.length === 0) return
    const settled = await settledLiveForecasts(tx, symbol, MODEL_FORECASTER, sessions)
    const rows: AlertInsert[] = []
    for (const one of settled) {
      const { asOf } = one.forecast
      const facts = (await alertFacts(tx, symbol, MODEL_FORECASTER, asOf))!
      const payload = settledPayload(one, facts, this.#context(now))
      const telling = { event: 'forecast.settled' as const, subject: `forecast.settled:${symbol}:${asOf}`, payload }
      for (const subscription of subscriptions) rows.push(alertRow(subscription, telling, now))
    }
    await this.#add(tx, rows)
  }

  /** `run.failed`, `run.missed`, `model.promoted`, `data.stale`. */
  async incident(tx: Db, incident: Incident, now: Date): Promise<void> {
    const ticker = incident.ticker === null ? undefined : await findTicker(tx, incident.ticker)
    const about = { ticker: incident.ticker, exchange: incident.exchange ?? ticker?.exchange ?? null }
    const subscriptions = await subscriptionsTo(tx, [incident.type], about)
    if (subscriptions.length === 0) return
    const telling = {
      event: incident.type,
      subject: `${incident.type}:${incident.subject}`,
      payload: incidentPayload(incident, ticker?.isSample ?? false, this.#context(now)),
    }
    await this.#add(
      tx,
      subscriptions.map((subscription) => alertRow(subscription, telling, now)),
    )
  }

  /** The payload when the subscription's condition fires; what it saw is remembered either way. */
  async #judge(
    tx: Db,
    subscription: SubscriptionRow,
    event: 'forecast.large_move' | 'forecast.created',
    facts: ForecastFacts,
    now: Date,
  ): Promise<AlertPayload | undefined> {
    const { cooldownMinutes, id: subscriptionId } = subscription
    const isOpen = event === 'forecast.large_move' && Object.keys(subscription.condition).length === 0
    const condition = isOpen ? likelyLargeMove(facts.forecast) : subscription.condition
    const { ticker, asOf } = facts.forecast
    const { holds, reasons } = evaluateCondition(condition, facts)
    const previous = await alertState(tx, { subscriptionId, event, ticker })
    // A forecast is news each time; only a large move has edges.
    const mode = event === 'forecast.created' && subscription.mode === 'edge' ? 'each' : subscription.mode
    const decision = decide({ mode, cooldownMinutes, holds, asOf, now, previous })
    if (!decision) return undefined
    await saveAlertState(tx, { subscriptionId, event, ticker, ...decision.state })
    if (!decision.fires) return undefined
    const news = { rule: 'event' as const, value: asOf, limit: null, sentence: `A forecast was made after ${asOf}.` }
    return forecastPayload(event, facts, reasons.length > 0 ? reasons : [news], this.#context(now))
  }

  async #add(tx: Db, rows: readonly AlertInsert[]): Promise<void> {
    const added = await addAlerts(tx, rows)
    await wakeEndpoints(
      tx,
      this.queue,
      added.map(({ endpointId, dueAt: at }) => ({ endpointId, at })),
    )
  }

  #context = (now: Date): PayloadContext => ({ publicUrl: this.#publicUrl, now })
}

function alertRow(subscription: SubscriptionRow, { subject, payload, plot }: Telling, now: Date): AlertInsert {
  return {
    ...{ id: newAlertId(), endpointId: subscription.endpointId, subscriptionId: subscription.id, subject, payload },
    ...{ plot: plot ?? null, isDigested: subscription.mode === 'digest' },
    ...{ dueAt: dueAt(subscription, now), createdAt: now },
  }
}
