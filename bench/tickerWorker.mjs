import { parentPort, workerData } from 'node:worker_threads'
import { selectBackend } from '../dist/kernels/backend.js'
import { startTraining } from './training.mjs'
import { paperWorkload } from './workload.mjs'

const workload = paperWorkload()
const ready = selectBackend(workerData.backend)

parentPort.on('message', async ({ tickers, epochs }) => {
  await ready
  for (let ticker = 0; ticker < tickers; ticker++) {
    const training = startTraining(workload)
    for (let epoch = 0; epoch < epochs; epoch++) await training.epoch()
    training.close()
  }
  parentPort.postMessage('done')
})
