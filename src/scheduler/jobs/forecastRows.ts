import type { Distribution, Forecast, ForecastOrigin } from '../../domain/forecast.js'
import { nextSession } from '../../ingest/calendar.js'
import type { Checkpoint } from '../../model/forecaster.js'
import { probabilityAbove, probabilityOfMove } from '../../model/probability.js'
import type { TrainingPool } from '../../model/trainingPool.js'
import { MODEL_FORECASTER } from './fitModel.js'
import type { TickerData } from './tickerData.js'

export interface ForecastRowsRequest {
  readonly model: { readonly id: string; readonly checkpoint: Checkpoint }
  /** Forecasts are made as of bars [from, to). Baselines are fitted on bars [0, from]. */
  readonly from: number
  readonly to: number
  readonly origin: ForecastOrigin
  readonly moveThresholdPct: number
}

/** Ledger rows of the network and of every baseline beside it. */
export async function forecastRows(
  pool: TrainingPool,
  data: TickerData,
  request: ForecastRowsRequest,
): Promise<Forecast[]> {
  const { model, from } = request
  const [own, baselines] = await Promise.all([
    pool.predict(model.checkpoint, data.table, from),
    pool.forecastBaselines(data.bars, from),
  ])
  return [
    ...ledgerRows(data, request, { forecaster: MODEL_FORECASTER, model: model.id }, own),
    ...baselines.flatMap(({ name, version, distributions }) =>
      ledgerRows(data, request, { forecaster: name, model: `${name}@${version}` }, distributions),
    ),
  ]
}

/** @param distributions The first was made as of bar `from`, the next as of the bar after it. */
function ledgerRows(
  { ticker, bars, hashes }: TickerData,
  { from, to, origin, moveThresholdPct }: ForecastRowsRequest,
  source: { forecaster: string; model: string },
  distributions: readonly Distribution[],
): Forecast[] {
  const sessions = bars.map((bar) => bar.session)
  return distributions.slice(0, to - from).map((distribution, i) => {
    const bar = bars[from + i]!
    return {
      ...{ ticker, ...source, origin, moveThresholdPct },
      asOf: bar.session,
      target: nextSession(bar.session, sessions.slice(0, from + i + 1)),
      dataHash: hashes[from + i]!,
      lastClose: bar.close,
      mean: distribution.mean,
      quantiles: distribution.quantiles,
      pUp: probabilityAbove(distribution, 0),
      pLargeMove: probabilityOfMove(distribution, moveThresholdPct),
    }
  })
}
