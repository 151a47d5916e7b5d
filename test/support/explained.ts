import type { Db } from '../../src/db/database.js'
import { saveExplanation } from '../../src/db/explanations.js'
import { forecastsAsOf } from '../../src/db/forecasts.js'
import type { Attribution, Explanation } from '../../src/domain/explanation.js'
import { LAST_SESSION } from './marketFixture.js'

export const attribution = (residual: number): Attribution => ({
  ...{ baseline: 0.5, output: 0.3, residual, steps: 8, earlier: 0 },
  features: [0.05, -0.22, -0.06, 0.03],
  sessions: [0, 0.1, -0.3],
})

/** Four features over three sessions, whose parts of the width miss by `widthResidual`. */
export const explanation = (widthResidual: number): Explanation => ({
  features: ['relative_volume', 'parkinson_5', 'is_thursday', 'is_friday'],
  values: [1.5, -2, -0.4, 2.1],
  sessions: ['2025-06-11', '2025-06-12', '2025-06-13'],
  width: attribution(widthResidual),
  median: attribution(0.001),
  attention: { sessions: [0.1, 0.2, 0.6], earlier: 0.1 },
})

/** Stores what shaped the newest forecast of the market's ACME. */
export async function explain(db: Db, stored: Explanation): Promise<void> {
  const own = (await forecastsAsOf(db, 'ACME', LAST_SESSION)).find(({ forecaster }) => forecaster === 'mamba')!
  await saveExplanation(db, own, stored, new Date(0))
}
