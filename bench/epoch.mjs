import * as tf from '@tensorflow/tfjs'
import { attach } from '../dist/kernels/wasm/wasmHost.js'
import { plainTfjsSecondsPerEpoch } from './plainTfjs.mjs'
import { startBackend } from './startBackend.mjs'
import { torchSecondsPerEpoch } from './torch.mjs'
import { mean, startTraining, TURNS, timed } from './training.mjs'
import { paperWorkload } from './workload.mjs'

const epochs = { wasm: 200, cpu: 3, webgpu: 20, tensorflow: 20 }

/** Mean seconds per epoch of the paper's workload on one backend, or why it cannot run. */
export async function secondsPerEpoch(backend, onEpoch) {
  let engine
  try {
    ;({ engine } = await startBackend(backend, false))
  } catch (error) {
    return { backend, reason: error.message }
  }
  return { backend, engine, ...(await timeEpochs(backend, onEpoch)) }
}

async function timeEpochs(backend, onEpoch) {
  const { source, ...workload } = paperWorkload()
  const training = startTraining(workload)
  const times = await timed(training.epoch, epochs[backend], 5, onEpoch)
  training.close()
  return { secondsPerEpoch: mean(times) / 1000, least: Math.min(...times) / 1000, rows: workload.rows, source }
}

/**
 * The paper's workload on each backend and in PyTorch. The machine may be busy with other things: ours and PyTorch take
 * turns, and the ratio of each turn is reported beside its median.
 */
export async function epochTable(backends, report) {
  // First, because what the slow ways leave behind is collected for a while.
  const turns = backends.includes('wasm') ? await turnsWithTorch(report) : []
  const rows = []
  for (const backend of backends) {
    rows.push(await secondsPerEpoch(backend, (i, n) => report(`${backend}: epoch ${i} of ${n}`)))
    if (backend !== 'wasm' || rows.at(-1).reason) continue
    rows.push({ ...(await withBinary('simd', report)), backend: 'wasm, plain SIMD' })
    attach(tf.backend())
    rows.push(await plainTfjsSecondsPerEpoch(report))
  }
  return { rows, turns }
}

async function withBinary(binary, report) {
  attach(tf.backend(), [binary])
  return {
    engine: `WebAssembly, ${binary}`,
    ...(await timeEpochs('wasm', (i, n) => report(`${binary}: epoch ${i} of ${n}`))),
  }
}

async function turnsWithTorch(report) {
  const turns = []
  for (let turn = 1; turn <= TURNS; turn++) {
    report(`PyTorch and wasm, turn ${turn} of ${TURNS}`)
    const torch = await torchSecondsPerEpoch(20)
    if (torch.reason) return [torch]
    const { secondsPerEpoch: wasm, least } = await secondsPerEpoch('wasm')
    turns.push({ torch: torch.secondsPerEpoch, wasm, wasmLeast: least, ratio: torch.secondsPerEpoch / wasm })
  }
  return turns
}
