import * as tf from '@tensorflow/tfjs'
import { adam, initialAdamState } from '../dist/kernels/adam/adam.js'
import { initialWeights } from '../dist/model/initialise.js'
import { forward } from '../dist/model/mambaNetwork.js'
import { createBatch, startFrom, trainingStep } from '../dist/model/trainingStep.js'
import { byName, toTensors } from '../dist/model/weightTensors.js'

/** How often PyTorch and ours take turns: a machine that others use too needs several. */
export const TURNS = 9

/** The paper's network and recipe (Shi 2024): tanh head, Adam with L2, the whole sequence as one batch. */
export const paperOptions = { head: 'tanh', learningRate: 0.01, weightDecay: 1e-5 }

export const shapeOf = (features, dModel = 16, nLayers = 2) => ({
  ...{ features, dModel, nLayers, dState: 16, expand: 2, dConv: 4, dtRank: 'auto', outputs: 1 },
})

/** A training run of the product's own step on the active backend: `epoch()` takes one step, `close()` frees it. */
export function startTraining({ x, y, rows, features }, dModel = 16) {
  const shape = shapeOf(features, dModel)
  const data = { inputs: x, targets: y, trainWeights: new Float32Array(rows).fill(1 / rows) }
  const batch = createBatch({ ...data, validationWeights: new Float32Array(rows), shape })
  let progress = startFrom(shape, initialWeights(shape, 1))
  return {
    /** One step; resolves to the training loss before it, once everything has run. */
    async epoch() {
      const { losses, next } = trainingStep(shape, paperOptions, batch, progress)
      tf.dispose([progress.parameters, progress.state.m, progress.state.v])
      progress = next
      const [loss] = await losses.data()
      losses.dispose()
      return loss
    },
    close: () => tf.dispose([...Object.values(batch), ...progress.parameters, progress.state.m, progress.state.v]),
  }
}

/** As startTraining, of any `network` (weights by name, input, shape) to one output with the paper's head and loss. */
export function startNetwork({ x, y, rows, features }, network) {
  const shape = shapeOf(features)
  const input = tf.tensor3d(x, [1, rows, features])
  const target = tf.tensor3d(y, [1, rows, 1])
  let parameters = toTensors(shape, initialWeights(shape, 1))
  let state = initialAdamState(parameters)
  const loss = (...tensors) =>
    tf.mean(tf.squaredDifference(tf.tanh(network(byName(shape, tensors), input, shape)), target))
  return {
    async epoch() {
      const { value, grads } = tf.valueAndGrads(loss)(parameters)
      const next = adam(parameters, grads, state, paperOptions)
      await value.data()
      tf.dispose([value, grads, parameters, state.m, state.v])
      parameters = next.parameters
      state = next.state
    },
    close: () => tf.dispose([input, target, parameters, state.m, state.v]),
  }
}

/** A forward pass alone: `run()` resolves once it has run. */
export function startForward({ x, rows, features }, dModel = 16) {
  const shape = shapeOf(features, dModel)
  const weights = toTensors(shape, initialWeights(shape, 1))
  const input = tf.tensor3d(x, [1, rows, features])
  return {
    async run() {
      const output = tf.tidy(() => forward(byName(shape, weights), input))
      await output.data()
      output.dispose()
    },
    close: () => tf.dispose([input, ...weights]),
  }
}

/** Milliseconds of each of `count` calls after `warmUp` calls; `onCall` hears of every one. */
export async function timed(run, count, warmUp = 3, onCall = () => {}) {
  for (let i = 0; i < warmUp; i++) await run()
  const times = []
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    await run()
    times.push(performance.now() - start)
    onCall(i + 1, count)
  }
  return times
}

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
