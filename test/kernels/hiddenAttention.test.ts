import * as tf from '@tensorflow/tfjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { type BackendName, selectBackend } from '../../src/kernels/backend.js'
import { linear } from '../../src/kernels/linear/linear.js'
import { hiddenAttention } from '../../src/kernels/mambaMixer/hiddenAttention.js'
import { type MixerWeights, mambaMixer } from '../../src/kernels/mambaMixer/mambaMixer.js'
import { randomMixerWeights, randomTensor } from './randomMixer.js'
import { relativeError } from './relativeError.js'

const sizes = { d: 16, e: 32, n: 16, r: 1, k: 4 }
const LENGTH = 300

/** The block's last output (b, d), from what its scan gives there: skip, gate and projection are all that follows. */
function finish(scanned: tf.Tensor2D, u: tf.Tensor3D, x: tf.Tensor3D, weights: MixerWeights): tf.Tensor2D {
  const last = (all: tf.Tensor3D) => tf.squeeze(tf.slice(all, [0, LENGTH - 1, 0], [-1, 1, -1]), [1]) as tf.Tensor2D
  const z = last(linear(x, tf.slice(weights.inProj, [sizes.e, 0], [-1, -1])))
  const y = tf.add(scanned, tf.mul(last(u), weights.D))
  return linear(tf.mul(y, tf.mul(z, tf.sigmoid(z))) as tf.Tensor2D, weights.outProj)
}

const backends: BackendName[] = ['cpu', 'wasm']
describe.each(backends)('hidden attention on %s', (backend) => {
  beforeEach(async () => {
    await selectBackend(backend)
  })

  test("applied to the scan's input it gives what the full pass gives at the last step, within 1e-5", () => {
    tf.tidy(() => {
      const weights = randomMixerWeights(sizes)
      const x = randomTensor(10, [2, LENGTH, sizes.d], -2, 2) as tf.Tensor3D
      const { attention, u } = hiddenAttention(x, weights)
      const found = finish(tf.sum(tf.mul(attention, u), 1) as tf.Tensor2D, u, x, weights)
      const expected = tf.slice(mambaMixer(x, weights), [0, LENGTH - 1, 0], [-1, 1, -1])
      expect(relativeError(found.dataSync(), expected.dataSync())).toBeLessThan(1e-5)
    })
  })

  test('of a step moved by one it does not', () => {
    tf.tidy(() => {
      const weights = randomMixerWeights(sizes)
      const x = randomTensor(10, [2, LENGTH, sizes.d], -2, 2) as tf.Tensor3D
      const { attention, u } = hiddenAttention(x, weights)
      const moved = tf.concat(
        [tf.slice(attention, [0, 1, 0], [-1, -1, -1]), tf.slice(attention, [0, 0, 0], [-1, 1, -1])],
        1,
      )
      const found = finish(tf.sum(tf.mul(moved, u), 1) as tf.Tensor2D, u, x, weights)
      const expected = tf.slice(mambaMixer(x, weights), [0, LENGTH - 1, 0], [-1, 1, -1])
      expect(relativeError(found.dataSync(), expected.dataSync())).toBeGreaterThan(1e-3)
    })
  })
})
