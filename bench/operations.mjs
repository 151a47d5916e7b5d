import * as tf from '@tensorflow/tfjs'
import { selectBackend } from '../dist/kernels/backend.js'
import { linear } from '../dist/kernels/linear/linear.js'
import { composedMixer } from '../dist/kernels/mambaMixer/mambaMixer.js'
import { hasFusedNetwork } from '../dist/kernels/mambaNetwork/mambaNetwork.js'
import { rmsNorm } from '../dist/kernels/rmsNorm/rmsNorm.js'
import { mixerWeights } from '../dist/model/mambaBlock.js'
import { startNetwork, startTraining, timed } from './training.mjs'
import { paperWorkload } from './workload.mjs'

const epochs = 30

/**
 * Milliseconds per epoch and calls of every kernel that one epoch of the paper's workload runs, largest first. Where the
 * network is one operation, `apart` has the same for a network of its single operations.
 */
export async function operationTable(backend, report) {
  await selectBackend(backend)
  report('kernel by kernel')
  const network = await kernelTimes(startTraining(paperWorkload()))
  if (!hasFusedNetwork()) return { network }
  report('operation by operation')
  return { network, apart: await kernelTimes(startNetwork(paperWorkload(), networkApart)) }
}

async function kernelTimes(training) {
  await timed(training.epoch, 10)
  const totals = new Map()
  const restore = tf.getKernelsForBackend(tf.getBackend()).map((kernel) => instrument(kernel, totals))
  const start = performance.now()
  await timed(training.epoch, epochs, 0)
  const epochMs = (performance.now() - start) / epochs
  for (const undo of restore) undo()
  training.close()
  const rows = [...totals].map(([kernel, { ms, calls }]) => ({ kernel, ms: ms / epochs, calls: calls / epochs }))
  const kernels = rows.reduce((sum, { ms }) => sum + ms, 0)
  return [
    ...rows.sort((a, b) => b.ms - a.ms),
    { kernel: 'between kernels (tape, JavaScript)', ms: epochMs - kernels, calls: 1 },
  ]
}

function instrument(kernel, totals) {
  const { kernelFunc, kernelName } = kernel
  kernel.kernelFunc = (params) => {
    const start = performance.now()
    const outputs = kernelFunc(params)
    const entry = totals.get(kernelName) ?? { ms: 0, calls: 0 }
    totals.set(kernelName, { ms: entry.ms + performance.now() - start, calls: entry.calls + 1 })
    return outputs
  }
  return () => {
    kernel.kernelFunc = kernelFunc
  }
}

/** The network with operations that are kernels of their own. */
function networkApart(weights, x, { nLayers }) {
  let h = linear(x, weights['embed.weight'], weights['embed.bias'])
  for (let i = 0; i < nLayers; i++)
    h = tf.add(composedMixer(rmsNorm(h, weights[`norms.${i}.weight`]), mixerWeights(weights, i)), h)
  return linear(rmsNorm(h, weights['norm_f.weight']), weights['head.weight'], weights['head.bias'])
}
