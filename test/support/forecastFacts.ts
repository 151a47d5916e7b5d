import type { ForecastFacts } from '../../src/alerts/evaluateCondition.js'
import type { Forecast } from '../../src/domain/forecast.js'
import { probabilityOfMove } from '../../src/model/probability.js'

/** A forecast of a ticker whose own returns have a standard deviation of 2 %. */
export function forecastFacts(change: Partial<Forecast> = {}, facts: Partial<ForecastFacts> = {}): ForecastFacts {
  const forecast: Forecast = {
    ...{ ticker: 'ACME', asOf: '2025-06-13', target: '2025-06-16', forecaster: 'mamba', model: 'm1', dataHash: 'h1' },
    ...{ origin: 'live', lastClose: 182.5, mean: 1.2, pUp: 0.8, pLargeMove: 0.31, moveThresholdPct: 2 },
    ...{ expectedMove: 1.5, shortfallLower: -2.2, shortfallUpper: 4.4, rawQuantiles: null, calibration: null },
    quantiles: [-2, -1, 0.1, 0.7, 1.2, 1.8, 2.5, 3.2, 4],
    ...change,
  }
  return {
    ...{ forecast, exchange: 'XNYS', isSample: false, volatilityPct: 2, verdict: null },
    probabilityOfMove: (pct) => probabilityOfMove(forecast, pct),
    ...facts,
  }
}
