import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { adam, initialAdamState } from '../../src/kernels/adam/adam.js'
import { selectBackend } from '../../src/kernels/backend.js'
import { whyNotAttached } from '../../src/kernels/wasm/wasmHost.js'
import { randomArray } from './randomArrays.js'
import { referenceNetwork } from './referenceNetwork.js'

const shapes: Record<string, number[]> = {
  'embed.weight': [4, 3],
  'embed.bias': [4],
  'norms.0.weight': [4],
  'blocks.0.in_proj.weight': [16, 4],
  'blocks.0.conv1d.weight': [8, 1, 4],
  'blocks.0.conv1d.bias': [8],
  'blocks.0.x_proj.weight': [9, 8],
  'blocks.0.dt_proj.weight': [8, 1],
  'blocks.0.dt_proj.bias': [8],
  'blocks.0.A_log': [8, 4],
  'blocks.0.D': [8],
  'blocks.0.out_proj.weight': [4, 8],
  'norm_f.weight': [4],
  'head.weight': [1, 4],
  'head.bias': [1],
}

test('a thousand steps of training leave no tensor and no memory behind', async () => {
  await selectBackend('wasm')
  expect(whyNotAttached(tf.backend())).toBeUndefined()
  const names = Object.keys(shapes)
  const random = (seed: number, shape: number[]) =>
    tf.tensor(Float32Array.from(randomArray(seed, tf.util.sizeFromShape(shape), -0.5, 0.5)), shape)
  let weights = names.map((name, i) => random(i + 1, shapes[name]!))
  let state = initialAdamState(weights)
  const x = random(50, [1, 20, 3]) as tf.Tensor3D
  const loss = (...values: tf.Tensor[]) =>
    tf.mean(
      tf.square(referenceNetwork(Object.fromEntries(names.map((name, i) => [name, values[i]!])), x, 1)),
    ) as tf.Scalar
  const step = () => {
    const { value, grads } = tf.valueAndGrads(loss)(weights)
    const next = adam(weights, grads, state, { learningRate: 0.01 })
    tf.dispose([value, grads, weights, state.m, state.v])
    weights = next.parameters
    state = next.state
  }
  step()
  const { numTensors, numBytes, numDataBuffers } = tf.memory()
  const heap = wasmBytes()
  for (let i = 0; i < 1000; i++) step()
  expect(tf.memory()).toMatchObject({ numTensors, numBytes, numDataBuffers })
  expect(wasmBytes()).toBe(heap)
})

const wasmBytes = () => (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.byteLength
