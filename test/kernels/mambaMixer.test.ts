import * as tf from '@tensorflow/tfjs'
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { selectBackend } from '../../src/kernels/backend.js'
import { composedMixer, type MixerWeights, mambaLayer, mambaMixer } from '../../src/kernels/mambaMixer/mambaMixer.js'
import { rmsNorm } from '../../src/kernels/rmsNorm/rmsNorm.js'
import { type MixerSizes, randomMixerWeights, randomTensor } from './randomMixer.js'
import { relativeError } from './relativeError.js'

const shapes: [string, MixerSizes][] = [
  ['the paper', { d: 16, e: 32, n: 16, r: 1, k: 4 }],
  ['nothing a multiple of four', { d: 7, e: 13, n: 5, r: 3, k: 3 }],
]

describe('the block fused for wasm', () => {
  beforeEach(async () => {
    await selectBackend('wasm')
  })

  test.each(shapes)('gives what its operations give one by one, gradients too: sizes of %s', (_, sizes) => {
    tf.tidy(() => {
      const weights = randomMixerWeights(sizes)
      const names = Object.keys(weights)
      const inputs = [randomTensor(10, [2, 37, sizes.d], -2, 2), ...Object.values(weights)] as tf.Tensor[]
      const dy = randomTensor(11, [2, 37, sizes.d])
      const run = (mixer: typeof mambaMixer) => {
        const block = (x: tf.Tensor, ...values: tf.Tensor[]) =>
          mixer(
            x as tf.Tensor3D,
            Object.fromEntries(names.map((name, i) => [name, values[i]!])) as unknown as MixerWeights,
          )
        return [
          block(...(inputs as [tf.Tensor])),
          ...tf.grads(block as (...args: tf.Tensor[]) => tf.Tensor)(inputs, dy),
        ]
      }
      const expected = run(composedMixer)
      for (const [i, actual] of run(mambaMixer).entries())
        expect(relativeError(actual.dataSync(), expected[i]!.dataSync()), ['y', 'x', ...names][i]).toBeLessThan(1e-5)
    })
  })

  test('gives what its operations give for any shape, steps of any size and inputs of 1e4, gradients too', () => {
    const size = (max: number) => fc.integer({ min: 1, max })
    const sizes = fc.record({ d: size(9), e: size(13), n: size(17), r: size(3), k: size(5) })
    // Before softplus; e^ALog is 1 to 1,000.
    const hard = fc.record({ x: fc.constantFrom(1e-3, 1, 1e4), dtBias: fc.constantFrom(-30, 0, 30) })
    fc.assert(
      fc.property(size(2), size(140), sizes, hard, (b, l, shape, { x, dtBias }) => {
        tf.tidy(() => {
          const weights = {
            ...randomMixerWeights(shape),
            ALog: randomTensor(7, [shape.e, shape.n], 0, Math.log(1000)) as tf.Tensor2D,
            dtBias: randomTensor(6, [shape.e], dtBias - 1, dtBias + 1) as tf.Tensor1D,
          }
          const input = randomTensor(10, [b, l, shape.d], -x, x)
          const dy = randomTensor(11, [b, l, shape.d])
          const run = (mixer: typeof mambaMixer) => [
            mixer(input as tf.Tensor3D, weights),
            tf.grad((h: tf.Tensor) => mixer(h as tf.Tensor3D, weights))(input, dy),
            tf.grad((ALog: tf.Tensor) => mixer(input as tf.Tensor3D, { ...weights, ALog }))(weights.ALog, dy),
          ]
          const expected = run(composedMixer)
          for (const [i, actual] of run(mambaMixer).entries())
            expect(relativeError(actual.dataSync(), expected[i]!.dataSync()), ['y', 'x', 'ALog'][i]).toBeLessThan(1e-4)
        })
      }),
      { numRuns: 60, seed: 3 },
    )
  })

  test('with norm and residual gives what they give one by one, gradients too', () => {
    tf.tidy(() => {
      const weights = randomMixerWeights({ d: 7, e: 13, n: 5, r: 3, k: 3 })
      const inputs = [randomTensor(10, [2, 137, 7], -2, 2), randomTensor(12, [7], 0.5, 2)]
      const dy = randomTensor(11, [2, 137, 7])
      const fused = (h: tf.Tensor, norm: tf.Tensor) => mambaLayer(h as tf.Tensor3D, norm as tf.Tensor1D, weights)
      const apart = (h: tf.Tensor, norm: tf.Tensor) =>
        tf.add(composedMixer(rmsNorm(h as tf.Tensor3D, norm as tf.Tensor1D), weights), h)
      const run = (layer: typeof apart) => [
        layer(...(inputs as [tf.Tensor, tf.Tensor])),
        ...tf.grads(layer as (...args: tf.Tensor[]) => tf.Tensor)(inputs, dy),
      ]
      const expected = run(apart)
      for (const [i, actual] of run(fused).entries())
        expect(relativeError(actual.dataSync(), expected[i]!.dataSync()), ['y', 'h', 'norm'][i]).toBeLessThan(1e-5)
    })
  })

  test('two runs of training are equal to the last bit', () => {
    const sizes = { d: 16, e: 32, n: 16, r: 1, k: 4 }
    const run = () =>
      tf.tidy(() => {
        const weights = randomMixerWeights(sizes)
        const x = randomTensor(10, [1, 501, 16])
        const loss = (input: tf.Tensor) => tf.mean(tf.square(mambaMixer(input as tf.Tensor3D, weights))) as tf.Scalar
        const { value, grad } = tf.valueAndGrad(loss)(x)
        return [value, grad].map((result) => Array.from(result.dataSync()))
      })
    expect(run()).toEqual(run())
  })
})

/** Decays near 1, beyond the reach of the short polynomial in some steps and states, and below float32. */
test.each([0, 2, 4, 6, 8])('no output depends on a later input, to the last bit: A = -exp(%i)', async (ALog) => {
  await selectBackend('wasm')
  tf.tidy(() => {
    const sizes = { d: 16, e: 32, n: 16, r: 1, k: 4 }
    const weights = { ...randomMixerWeights(sizes), ALog: randomTensor(13, [32, 16], ALog - 2, ALog) as tf.Tensor2D }
    const x = randomTensor(10, [1, 50, 16], -3, 3) as tf.Tensor3D
    const whole = mambaMixer(x, weights).dataSync()
    for (const l of [1, 2, 17, 35, 49])
      expect(mambaMixer(x.slice([0, 0, 0], [1, l, 16]), weights).dataSync()).toEqual(whole.slice(0, l * 16))
  })
})
