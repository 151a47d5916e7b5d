import { defaultTrainingOptions } from '../dist/model/defaults.js'
import { trainAll } from '../dist/model/trainer.js'
import { noiseTable } from './noiseTable.mjs'
import { startBackend } from './startBackend.mjs'

const paperSize = { rows: 3400, features: 15, epochs: 100, models: [1, 8, 64, 512] }
/** Enough to see that it runs. */
const smoke = { rows: 260, features: 3, epochs: 1, models: [1, 2], network: { dModel: 4, nLayers: 1, dState: 3 } }

/**
 * Seconds that the product's trainer takes for M tickers at once, each with weights of its own, from their tables to their
 * checkpoints; or why the backend cannot run.
 */
export async function modelTable(backend, report, { models, software }) {
  let engine
  try {
    ;({ engine } = await startBackend(backend, software))
  } catch (error) {
    return [{ backend, reason: error.message }]
  }
  const { rows, features, epochs, network, ...size } = software ? smoke : paperSize
  const options = { ...defaultTrainingOptions, ...network, maxEpochs: epochs, patience: epochs }
  const request = { table: noiseTable(rows, features), trainRows: rows - 1 }
  const requests = (count, maxEpochs) =>
    Array.from({ length: count }, (_, seed) => ({ ...request, options: { ...options, maxEpochs, seed } }))
  const table = []
  for (const count of models ?? size.models) {
    report(`${count} models: warming up`)
    await train(requests(count, 1))
    report(`${count} models: ${epochs} epochs`)
    const seconds = await train(requests(count, epochs))
    table.push({
      ...{ backend, engine, models: count, rows, epochs, seconds },
      epochsPerSecond: (count * epochs) / seconds,
    })
  }
  return table
}

async function train(requests) {
  const start = performance.now()
  for (const { status, reason } of await trainAll(requests)) if (status === 'rejected') throw reason
  return (performance.now() - start) / 1000
}
