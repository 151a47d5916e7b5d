import { computeFeatures } from '../dist/features/computeFeatures.js'
import { adjustBars } from '../dist/ingest/adjust.js'
import { createSampleProvider } from '../dist/ingest/sampleProvider.js'
import { selectBackend } from '../dist/kernels/backend.js'
import { defaultTrainingOptions } from '../dist/model/defaults.js'
import { explain } from '../dist/model/explain/explain.js'
import { predict } from '../dist/model/predict.js'
import { train } from '../dist/model/trainer.js'

const repeats = 10
const fineTuneEpochs = 10

/**
 * What explaining a forecast costs beside making it, in milliseconds of processor time on one thread, the least of ten: a
 * ticker of the sample market, trained fully first. Processor time, so that other work beside it counts little.
 */
export async function explainRow(backend, report) {
  await selectBackend(backend)
  const provider = createSampleProvider()
  const [symbol] = await provider.list()
  const { bars } = await provider.fetchBars({ symbol, now: new Date('2026-01-01T00:00:00Z') })
  const table = computeFeatures(adjustBars(bars))
  const rows = table.sessions.length
  const trainRows = rows - 1
  report('explain: training')
  const checkpoint = await train({ table, trainRows, options: defaultTrainingOptions })
  const tuning = {
    ...{ table, trainRows, warmStart: checkpoint },
    options: { ...defaultTrainingOptions, maxEpochs: fineTuneEpochs },
  }
  const { width, median } = await explain(checkpoint, table)
  report('explain: measuring')
  return {
    rows,
    features: table.names.length,
    explainMs: await leastCpu(() => explain(checkpoint, table)),
    forecastMs: await leastCpu(() => predict(checkpoint, table, trainRows)),
    fineTuneMs: await leastCpu(() => train(tuning)),
    widthSteps: width.steps,
    widthResidual: width.residual,
    medianSteps: median.steps,
    medianResidual: median.residual,
  }
}

async function leastCpu(work) {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < repeats; i++) {
    const before = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}
