import type { NextDayRecord } from '../domain/evaluation.js'
import type { SettledForecast } from '../domain/forecast.js'
import type { Figures } from '../domain/score.js'
import { brierSkill } from './brier.js'
import { clarkWest } from './clarkWest.js'
import { christoffersen, kupiec } from './coverageTests.js'
import { dieboldMariano } from './dieboldMariano.js'
import { inside80, inside95 } from './distributionMetrics.js'
import { figures } from './figures.js'
import { pesaranTimmermann } from './pesaranTimmermann.js'
import { qlike } from './qlike.js'
import { varianceOfQuantiles } from './varianceOfQuantiles.js'

/** Figures of protocol `next-day`, names as in the database and the API; p-values are null where a test is undefined. */
export interface NextDayFigures extends Figures {
  /** Clark-West: the mean knows something that "no change" does not. */
  readonly cw_p: number | null
  /** Diebold-Mariano (small-sample corrected): the mean's squared error is below that of "no change". */
  readonly dm_p: number | null
  /** Pesaran-Timmermann: the mean's sign goes with that of the return. */
  readonly pt_p: number | null
  /** Kupiec: as many returns outside the interval as there should be. */
  readonly kupiec_80_p: number | null
  readonly kupiec_95_p: number | null
  /** Christoffersen: right share of misses, and misses that do not follow one another. */
  readonly christoffersen_80_p: number | null
  readonly christoffersen_95_p: number | null
  readonly independence_80_p: number | null
  readonly independence_95_p: number | null
  /** Of P(|return| > 2 %) against the share of such moves before the tested sessions. */
  readonly brier_skill: number | null
  /** Of the forecast variance against the squared return. */
  readonly qlike: number
}

/** The forecasts of a record as the ledger would hold them, settled. */
export const settledOf = ({ asOf, returnPct, mean, quantiles }: NextDayRecord): SettledForecast[] =>
  asOf.map((session, i) => ({ asOf: session, returnPct: returnPct[i]!, mean: mean[i]!, quantiles: quantiles[i]! }))

/**
 * All figures of one record; `largeMoveRate` is the ticker's share of moves beyond 2 % before it.
 *
 * @throws RangeError when it holds no forecast.
 */
export function nextDayFigures(record: NextDayRecord, largeMoveRate: number): NextDayFigures {
  const { returnPct, mean, quantiles } = record
  const settled = settledOf(record)
  const squaredErrors = returnPct.map((value, i) => (value - mean[i]!) ** 2)
  const squaredReturns = returnPct.map((value) => value ** 2)
  return {
    ...figures(settled),
    cw_p: clarkWest(returnPct, mean, new Float64Array(mean.length))?.pValue ?? null,
    dm_p: dieboldMariano(squaredErrors, squaredReturns)?.pValue ?? null,
    pt_p: pesaranTimmermann(returnPct, mean)?.pValue ?? null,
    ...coverageFigures(
      '80',
      quantiles.map((q, i) => !inside80(q, returnPct[i]!)),
      0.2,
    ),
    ...coverageFigures(
      '95',
      quantiles.map((q, i) => !inside95(q, returnPct[i]!)),
      0.05,
    ),
    brier_skill: brierSkill(settled, largeMoveRate),
    qlike: qlike(squaredReturns, quantiles.map(varianceOfQuantiles)),
  }
}

function coverageFigures<Level extends '80' | '95'>(level: Level, violations: readonly boolean[], probability: number) {
  const both = christoffersen(violations, probability)
  return {
    [`kupiec_${level}_p`]: kupiec(violations, probability)?.pValue ?? null,
    [`christoffersen_${level}_p`]: both?.conditionalCoverage.pValue ?? null,
    [`independence_${level}_p`]: both?.independence.pValue ?? null,
  } as Record<`${'kupiec' | 'christoffersen' | 'independence'}_${Level}_p`, number | null>
}
