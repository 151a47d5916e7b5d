import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { selectBackend } from '../../src/kernels/backend.js'
import { lstm } from '../../src/kernels/lstm/lstm.js'
import { plainLstm } from '../../src/kernels/lstm/plain.js'
import { expectRightGradients, randomFloats, randomValues } from './finiteDifference.js'

test('every gradient is the slope that central differences measure', () => {
  const [b, l, h] = [2, 5, 3]
  const inputs = { x: randomValues(b * l * 4 * h, 1), weight: randomValues(4 * h * h, 2) }
  expectRightGradients(plainLstm, inputs, { b, l, h })
})

describe.each(['cpu', 'wasm'] as const)('on backend %s', (backend) => {
  beforeAll(() => selectBackend(backend))

  test('the states are those of the LSTM layer of tfjs', async () => {
    const [b, l, features, h] = [2, 7, 3, 4]
    const x = tf.tensor3d(randomFloats(b * l * features, 3), [b, l, features])
    const toGates = tf.tensor2d(randomFloats(features * 4 * h, 4), [features, 4 * h])
    const recurrent = tf.tensor2d(randomFloats(h * 4 * h, 5), [h, 4 * h])
    const bias = tf.tensor1d(randomFloats(4 * h, 6))
    const layer = tf.layers.lstm({ units: h, recurrentActivation: 'sigmoid', returnSequences: true })
    layer.apply(x) // builds it
    layer.setWeights([toGates, recurrent, bias])
    const expected = await (layer.apply(x) as tf.Tensor).data()
    const projected = tf.add(tf.matMul(x.reshape([b * l, features]), toGates), bias).reshape([b, l, 4 * h])
    const actual = await lstm(projected as tf.Tensor3D, tf.transpose(recurrent) as tf.Tensor2D).data()
    for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i]!, 5)
  })

  test('a wrong shape is an error that names all shapes', () => {
    expect(() => lstm(tf.zeros([1, 2, 12]), tf.zeros([8, 2]))).toThrow(
      'Lstm: x should have shape [1, 2, 8] (x [1, 2, 12], weight [8, 2])',
    )
  })
})
