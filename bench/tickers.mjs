import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { torchSecondsPerEpoch } from './torch.mjs'
import { TURNS } from './training.mjs'

const epochs = 20
const counts = [1, 2, 8, 32, 128, 512]

/** Epochs per second of all tickers together, each of the paper's size with weights of its own, spread over all cores. */
export async function tickerTable(backend, report) {
  const cores = availableParallelism()
  const workers = Array.from({ length: cores }, () => startWorker(backend))
  await Promise.all(workers.map((worker) => worker.train(1, 3)))
  const rows = []
  for (const tickers of counts) {
    report(`${tickers} tickers on ${cores} cores`)
    const start = performance.now()
    const each = tickers >= 128 ? 2 : epochs
    await Promise.all(workers.map((worker, i) => worker.train(shareOf(tickers, i, cores), each)))
    const seconds = (performance.now() - start) / 1000
    rows.push({ tickers, cores, epochsPerSecond: (tickers * each) / seconds })
  }
  const turns = await turnsWithTorch(workers, report)
  await Promise.all(workers.map((worker) => worker.stop()))
  return { rows, turns }
}

/** Eight tickers on all cores and PyTorch on one core take turns; the ratio is of epochs per second. */
async function turnsWithTorch(workers, report) {
  const turns = []
  for (let turn = 1; turn <= TURNS; turn++) {
    report(`PyTorch and eight tickers, turn ${turn} of ${TURNS}`)
    const torch = await torchSecondsPerEpoch(20)
    if (torch.reason) return [torch]
    const start = performance.now()
    await Promise.all(workers.map((worker, i) => worker.train(shareOf(8, i, workers.length), epochs)))
    const epochsPerSecond = (8 * epochs * 1000) / (performance.now() - start)
    turns.push({
      torch: 1 / torch.secondsPerEpoch,
      eightTickers: epochsPerSecond,
      ratio: epochsPerSecond * torch.secondsPerEpoch,
    })
  }
  return turns
}

const shareOf = (tickers, i, cores) => Math.floor((tickers + i) / cores)

function startWorker(backend) {
  const worker = new Worker(new URL('./tickerWorker.mjs', import.meta.url), { workerData: { backend } })
  return {
    train: (tickers, each) =>
      new Promise((resolve, reject) => {
        const settle = (done) => (value) => {
          worker.off('message', onMessage).off('error', onError)
          done(value)
        }
        const onMessage = settle(resolve)
        const onError = settle(reject)
        worker.on('message', onMessage).on('error', onError)
        worker.postMessage({ tickers, epochs: each })
      }),
    stop: () => worker.terminate(),
  }
}
