import * as tf from '@tensorflow/tfjs'
import { selectBackend } from '../dist/kernels/backend.js'
import { median, startForward, startTraining, timed } from './training.mjs'
import { noise } from './workload.mjs'

const lengths = [1024, 4096, 16384, 65536, 131072]
const widths = [16, 64, 256]

/** Time per step in time of forward and of forward + backward, and peak memory, from L = 1k to 128k at d_model 16. */
export async function lengthTable(backend, report) {
  await selectBackend(backend)
  const rows = []
  for (const length of lengths) {
    report(`length ${length}`)
    const workload = noise(length, 15)
    const count = Math.max(3, Math.min(20, Math.round(40000 / length)))
    const pass = startForward(workload)
    const forward = median(await timed(pass.run, count, 2))
    pass.close()
    const training = startTraining(workload)
    const both = median(await timed(training.epoch, count, 2))
    training.close()
    rows.push({
      length,
      forwardNsPerStep: perStep(forward, length),
      trainNsPerStep: perStep(both, length),
      ...memory(),
    })
  }
  return rows
}

const perStep = (ms, length) => (ms * 1e6) / length

/** WebAssembly memory only grows, so its size is the peak so far. */
function memory() {
  const { wasm } = tf.backend()
  return wasm ? { peakMiB: wasm.HEAPU8.byteLength / 2 ** 20 } : {}
}

/** Forward and training at d_model 16, 64, 256 over 3,381 rows. */
export async function widthTable(backend, report) {
  await selectBackend(backend)
  const rows = []
  for (const dModel of widths) {
    report(`d_model ${dModel}`)
    const count = dModel > 64 ? 3 : 10
    const pass = startForward(noise(3381, 15), dModel)
    const forwardMs = median(await timed(pass.run, count, 2))
    pass.close()
    const training = startTraining(noise(3381, 15), dModel)
    const trainMs = median(await timed(training.epoch, count, 2))
    training.close()
    rows.push({ dModel, forwardMs, trainMs })
  }
  return rows
}
