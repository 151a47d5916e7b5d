import * as tf from '@tensorflow/tfjs'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selectBackend } from '../../src/kernels/backend.js'
import { runOperation } from '../../src/kernels/operation.js'
import { plainScan } from '../../src/kernels/selectiveScan/plain.js'
import { type SelectiveScanInputs, selectiveScan } from '../../src/kernels/selectiveScan/selectiveScan.js'
import { startWebgpu, stopWebgpu } from '../../src/kernels/webgpu/startWebgpu.js'
import { randomArray, scanCase, scanInputs } from './randomArrays.js'
import { relativeError } from './relativeError.js'
import { useSoftwareVulkan } from './softwareVulkan.js'

const available = useSoftwareVulkan()
const float32 = (values: Float64Array, shape: number[]) => tf.tensor(Float32Array.from(values), shape)

/** Real shaders on a software Vulkan driver: slow, but every line of WGSL runs. */
describe.skipIf(!available)('on webgpu by a software driver', () => {
  beforeAll(async () => {
    expect(await selectBackend('webgpu')).toMatchObject({ name: 'webgpu', engine: expect.stringMatching(/\w/) })
  })
  afterAll(() => stopWebgpu())

  test('selectiveScan agrees with the float64 reference for any shape, gradients too', async () => {
    await fc.assert(
      fc.asyncProperty(scanCase, async (dims) => {
        const { b, l, e, n } = dims
        const shapes = {
          ...{ u: [b, l, e], delta: [b, l, e], A: [e, n], B: [b, l, n], C: [b, l, n] },
          ...{ D: [e], z: [b, l, e], deltaBias: [e] },
        }
        const inputs = scanInputs(dims)
        const names = Object.keys(shapes) as (keyof typeof shapes)[]
        const expected = plainScan.forward(inputs, dims)
        const dy = randomArray(7, expected.length)
        const gradients = plainScan.backward(dy, inputs, dims)
        const tensors = names.map((name) => float32(inputs[name]!, shapes[name]))
        const scan = (...values: tf.Tensor[]) =>
          selectiveScan(
            Object.fromEntries(names.map((name, i) => [name, values[i]!])) as unknown as SelectiveScanInputs,
          )
        expect(relativeError(await scan(...tensors).data(), expected), 'output').toBeLessThan(1e-5)
        const actual = tf.grads(scan)(tensors, float32(dy, [b, l, e]))
        for (const [i, name] of names.entries())
          expect(relativeError(await actual[i]!.data(), gradients[name]!), `gradient of ${name}`).toBeLessThan(1e-4)
      }),
      { numRuns: 8, seed: 2 },
    )
  })

  test('more steps than the chunks hold, and more states than lanes, still agree', async () => {
    const dims = { seed: 4, b: 1, l: 601, e: 3, n: 21, scale: 1, delta: -2, leastA: -16 }
    const inputs = scanInputs(dims)
    const tensors = {
      ...{ u: float32(inputs.u!, [1, 601, 3]), delta: float32(inputs.delta!, [1, 601, 3]) },
      ...{ A: float32(inputs.A!, [3, 21]), B: float32(inputs.B!, [1, 601, 21]), C: float32(inputs.C!, [1, 601, 21]) },
      ...{ D: float32(inputs.D!, [3]), z: float32(inputs.z!, [1, 601, 3]), deltaBias: float32(inputs.deltaBias!, [3]) },
    }
    const output = selectiveScan(tensors as unknown as SelectiveScanInputs)
    expect(relativeError(await output.data(), plainScan.forward(inputs, dims))).toBeLessThan(1e-5)
  })

  test('models side by side in one dispatch give what each gives alone, bit for bit', async () => {
    const [models, b, l, e, n] = [3, 2, 40, 5, 6]
    const random = (seed: number, shape: number[], low = -1, high = 1) =>
      float32(randomArray(seed, tf.util.sizeFromShape(shape), low, high), shape)
    const wide = [1, 2, 3].map((seed) => random(seed, [models * b, l, e])) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D]
    const narrow = [4, 5].map((seed) => random(seed, [models * b, l, n])) as [tf.Tensor3D, tf.Tensor3D]
    const params = random(6, [models, e, n + 2], -2, -0.1) as tf.Tensor3D
    const scan = (u: tf.Tensor, delta: tf.Tensor, z: tf.Tensor, B: tf.Tensor, C: tf.Tensor, p: tf.Tensor) => {
      const dims = { models: p.shape[0]!, b, l, e, n, outputShape: u.shape }
      return runOperation('PackedScan', { u, delta, z, B, C, params: p }, dims)
    }
    const inputs: tf.Tensor[] = [...wide, ...narrow, params]
    const together = tf.grads(scan as (...args: tf.Tensor[]) => tf.Tensor)(inputs)
    for (let model = 0; model < models; model++) {
      const share = (x: tf.Tensor) => x.slice([model * (x.shape[0]! / models)], [x.shape[0]! / models])
      const alone = tf.grads(scan as (...args: tf.Tensor[]) => tf.Tensor)(inputs.map(share))
      for (const [i, gradient] of alone.entries())
        expect(await share(together[i]!).data()).toEqual(await gradient.data())
    }
  })
})

describe.skipIf(!available)('without a GPU', () => {
  afterAll(() => stopWebgpu())

  test('a software adapter is never chosen by itself', async () => {
    await expect(startWebgpu(false)).rejects.toThrow(/only adapter is software|no GPU device/)
    const { name, skipped } = await selectBackend('auto')
    expect(name).not.toBe('webgpu')
    expect(skipped[0]).toMatchObject({ name: 'webgpu', reason: expect.stringMatching(/software|no GPU device/) })
  })
})
