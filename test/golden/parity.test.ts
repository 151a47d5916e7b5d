import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adam, initialAdamState } from '../../src/kernels/adam/adam.js'
import { selectBackend } from '../../src/kernels/backend.js'
import { stopWebgpu } from '../../src/kernels/webgpu/startWebgpu.js'
import { forward } from '../../src/model/mambaNetwork.js'
import { useSoftwareVulkan } from '../kernels/softwareVulkan.js'
import { distance, type GoldenCase, hasReference, readReference, toTensor, whyAbsent } from './reference.js'

const TOLERANCE = 1e-4
const cases = hasReference ? readReference<{ cases: GoldenCase[] }>('golden.json').cases : []

const network = (names: readonly string[], x: tf.Tensor3D) => (tensors: readonly tf.Tensor[]) =>
  tf.squeeze(tf.tanh(forward(Object.fromEntries(names.map((name, i) => [name, tensors[i]!])), x)), [2])

function expectClose(name: string, actual: ArrayLike<number>, expected: readonly number[]) {
  const { relative, worst } = distance(actual, expected)
  expect(relative, `${name} is off by ${relative}, worst at ${worst}`).toBeLessThan(TOLERANCE)
}

/** These start on every machine: where one does not, that is a failure and no reason to skip. */
const EVERYWHERE: readonly string[] = ['cpu', 'wasm']

/** The larger cases take a driver in software too long. */
const isSoftware = useSoftwareVulkan()

for (const backend of ['cpu', 'wasm', 'webgpu', 'tensorflow'] as const) {
  const suited = backend === 'webgpu' && isSoftware ? cases.slice(0, 1) : cases
  const absent = EVERYWHERE.includes(backend) ? null : await whyAbsent(backend)
  const why = !hasReference ? ' (skipped: no ../shared/reference)' : absent ? ` (skipped: ${absent})` : ''
  describe.skipIf(!hasReference || absent)(`on backend ${backend}${why}`, () => {
    beforeAll(() => selectBackend(backend))
    afterAll(() => {
      if (backend === 'webgpu') stopWebgpu()
    })

    test.each(suited)(
      'output, loss and every gradient are those of PyTorch, d_model $d_model, length $length',
      async (c) => {
        const names = Object.keys(c.weights)
        const weights = Object.values(c.weights).map(toTensor)
        const [x, y] = [toTensor(c.x) as tf.Tensor3D, toTensor(c.y)]
        const run = network(names, x)
        expectClose('output', await run(weights).data(), c.output.data)
        const { value, grads } = tf.valueAndGrads((...w: tf.Tensor[]) => tf.mean(tf.squaredDifference(run(w), y)))(
          weights,
        )
        expectClose('loss', await value.data(), [c.loss])
        for (const [i, name] of names.entries()) expectClose(name, await grads[i]!.data(), c.grads[name]!.data)
      },
    )

    test.each(suited)('five Adam steps have the losses of PyTorch, d_model $d_model, length $length', async (c) => {
      const [x, y] = [toTensor(c.x) as tf.Tensor3D, toTensor(c.y)]
      const run = network(Object.keys(c.weights), x)
      const loss = (...w: tf.Tensor[]): tf.Scalar => tf.mean(tf.squaredDifference(run(w), y))
      let parameters = Object.values(c.weights).map(toTensor)
      let state = initialAdamState(parameters)
      const losses: number[] = []
      for (const _ of c.adam_losses) {
        const { value, grads } = tf.valueAndGrads(loss)(parameters)
        losses.push((await value.data())[0]!)
        ;({ parameters, state } = adam(parameters, grads, state, { learningRate: c.adam_lr }))
      }
      for (const [i, expected] of c.adam_losses.entries()) expectClose(`loss ${i}`, [losses[i]!], [expected])
    })
  })
}
