import { availableParallelism } from 'node:os'
import { defaultTrainingOptions } from '../dist/model/defaults.js'
import { createTrainingPool } from '../dist/model/trainingPool.js'
import { noiseTable } from './noiseTable.mjs'

const rows = 3400
const features = 15
const fineTuneEpochs = 10
const goal = 500
const sample = 40

/**
 * The daily job: fine-tune the product's network for 10 epochs and forecast the last row, ticker after ticker of 3,400 rows,
 * on all cores through the product's own pool. Measured on a sample after both threads are warm; `secondsFor500` is that
 * time scaled by count unless `all` runs every one of the 500.
 */
export async function dailyRow(backend, report, all = false) {
  const threads = availableParallelism()
  const pool = createTrainingPool({ threads, backend })
  const table = noiseTable(rows, features)
  const options = { ...defaultTrainingOptions, maxEpochs: fineTuneEpochs }
  const request = { table, trainRows: rows - 1, options }
  const first = await Promise.all(Array.from({ length: threads }, () => pool.train(request)))
  const count = all ? goal : sample
  let done = 0
  const ticker = async () => {
    const checkpoint = await pool.train({ ...request, warmStart: first[0] })
    await pool.predict(checkpoint, table, rows - 1)
    report(`daily job: ${++done} of ${count} tickers`)
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: count }, ticker))
  const seconds = (performance.now() - start) / 1000
  await pool.close()
  return {
    tickers: count,
    threads,
    seconds,
    secondsPerTicker: seconds / count,
    secondsFor500: (seconds * goal) / count,
  }
}
