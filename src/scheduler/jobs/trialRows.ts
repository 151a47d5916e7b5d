import { currentModel } from '../../db/models.js'
import { openTrials, type TrialForecast } from '../../db/trials.js'
import type { Forecast } from '../../domain/forecast.js'
import { calibrate } from '../../model/calibration/adaptiveConformal.js'
import { loadCheckpoint } from '../../model/checkpoint.js'
import { modelSemantics } from '../../model/semantics.js'
import { calibrationFor } from './calibrationFor.js'
import { forecastLast } from './forecastLast.js'
import type { JobContext } from './jobContext.js'
import { seenBy } from './panelBefore.js'
import type { TickerData } from './tickerData.js'

/**
 * What every challenger says of the session that a served forecast speaks of. Challengers are not fine-tuned while they
 * are on trial, which keeps a day cheap: each goes on from where it stood.
 */
export async function trialRows(context: JobContext, data: TickerData, served: Forecast): Promise<TrialForecast[]> {
  const { db, clock } = context
  const { ticker, asOf, target, dataHash } = served
  const rows: TrialForecast[] = []
  for (const { lineage } of await openTrials(db, ticker)) {
    const model = await currentModel(db, lineage)
    if (model?.semantics !== modelSemantics()) continue
    const checkpoint = loadCheckpoint(model.weights)
    const seen = seenBy(data, checkpoint.featureNames)
    if (checkpoint.featureNames.join() !== seen.table.names.join()) continue
    const raw = await forecastLast(context, seen, model, checkpoint)
    const calibration = await calibrationFor(db, { ticker, lineage, asOf, madeBy: clock() })
    const { mean, quantiles } = calibrate(calibration, raw)
    rows.push({
      ...{ ticker, asOf, target, dataHash, model: model.id, mean, calibration },
      ...{ quantiles: [...quantiles], rawQuantiles: [...raw.quantiles] },
    })
  }
  return rows
}
