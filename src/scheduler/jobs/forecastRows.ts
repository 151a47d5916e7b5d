import type { Calibration } from '../../domain/calibration.js'
import type { Distribution, Forecast, ForecastOrigin } from '../../domain/forecast.js'
import { nextSession } from '../../ingest/calendar.js'
import { calibrate } from '../../model/calibration/adaptiveConformal.js'
import { calibrateInTurn } from '../../model/calibration/calibrationOf.js'
import type { Checkpoint } from '../../model/forecaster.js'
import { probabilityAbove, probabilityOfMove } from '../../model/probability.js'
import { expectedMove, expectedShortfall } from '../../model/tailRisk.js'
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
  /** What the network's forecasts are calibrated with; without it each on the outcomes of those before it. */
  readonly calibration?: Calibration
  /** The network's own distributions, where they are known. */
  readonly raw?: readonly Distribution[]
}

/** Ledger rows of the network and of every baseline beside it. */
export async function forecastRows(
  pool: TrainingPool,
  data: TickerData,
  request: ForecastRowsRequest,
): Promise<Forecast[]> {
  const { model, from, raw } = request
  const [own, baselines] = await Promise.all([
    raw ?? pool.predict(model.checkpoint, data.table, from),
    pool.forecastBaselines(data.bars, from),
  ])
  return [
    ...ledgerRows(data, request, { forecaster: MODEL_FORECASTER, model: model.id }, calibrated(data, request, own)),
    ...baselines.flatMap(({ name, version, distributions }) =>
      ledgerRows(data, request, { forecaster: name, model: `${name}@${version}` }, distributions.map(plain)),
    ),
  ]
}

/** A distribution as it is served, and how it came about. */
interface Served extends Pick<Forecast, 'rawQuantiles' | 'calibration'> {
  readonly distribution: Distribution
}

/** Baselines are served as they are. */
const plain = (distribution: Distribution): Served => ({ distribution, rawQuantiles: null, calibration: null })

function calibrated(
  { table }: TickerData,
  { from, to, calibration }: ForecastRowsRequest,
  raw: readonly Distribution[],
): Served[] {
  const asOf = table.sessions.slice(from, to)
  const made = calibration
    ? raw.map((distribution) => ({ distribution: calibrate(calibration, distribution), calibration }))
    : calibrateInTurn(asOf, raw.slice(0, to - from), [...table.targetPct.subarray(from, to)])
  return made.map((one, i) => ({ ...one, rawQuantiles: raw[i]!.quantiles }))
}

/** @param served The first was made as of bar `from`, the next as of the bar after it. */
function ledgerRows(
  { ticker, bars, hashes }: TickerData,
  { from, to, origin, moveThresholdPct }: ForecastRowsRequest,
  source: { forecaster: string; model: string },
  served: readonly Served[],
): Forecast[] {
  const sessions = bars.map((bar) => bar.session)
  return served.slice(0, to - from).map(({ distribution, rawQuantiles, calibration }, i) => {
    const bar = bars[from + i]!
    const shortfall = expectedShortfall(distribution.quantiles)
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
      expectedMove: expectedMove(distribution.quantiles),
      ...{ shortfallLower: shortfall.lower, shortfallUpper: shortfall.upper, rawQuantiles, calibration },
    }
  })
}
