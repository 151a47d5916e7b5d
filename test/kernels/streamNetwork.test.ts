import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, test } from 'vitest'
import { selectBackend } from '../../src/kernels/backend.js'
import { fusedNetwork, type WeightTensors } from '../../src/kernels/mambaNetwork/mambaNetwork.js'
import { streamNetwork } from '../../src/kernels/mambaNetwork/streamNetwork.js'
import { initialWeights } from '../../src/model/initialise.js'
import { randomArray } from './randomArrays.js'

const EPSILON = 1e-5

beforeAll(() => selectBackend('wasm'))

const networks = [
  { features: 15, dModel: 16, nLayers: 2, dState: 16, expand: 2, dConv: 4, dtRank: 'auto', outputs: 10 },
  { features: 3, dModel: 7, nLayers: 3, dState: 5, expand: 2, dConv: 3, dtRank: 3, outputs: 2 },
] as const

test.each(networks)(
  'rows that follow on a state come out in the bits of a full pass: $dModel, $dState, $dConv',
  (shape) => {
    const weights: WeightTensors = Object.fromEntries(
      Object.entries(initialWeights(shape, 3)).map(([name, { data, shape: dims }]) => [
        name,
        tf.tensor(data, [...dims]),
      ]),
    )
    const all = tf.tensor(Float32Array.from(randomArray(5, 400 * shape.features, -3, 3)), [1, 400, shape.features])
    const rows = (from: number, to: number) => tf.slice(all, [0, from, 0], [1, to - from, -1]) as tf.Tensor3D
    const full = fusedNetwork(weights, rows(0, 400), EPSILON).dataSync()
    const before = tf.memory().numTensors

    tf.tidy(() => {
      for (const first of [1, 63, 64, 65, 128, 200, 257]) {
        let at = 0
        let { raw, state, stateRow } = streamNetwork(weights, rows(0, first), EPSILON)
        expect(raw.dataSync()).toEqual(full.subarray(0, first * shape.outputs))
        // One session after another, then many at once.
        for (const end of [first + 1, first + 2, first + 3, first + 63, first + 64, 400]) {
          at += stateRow
          ;({ raw, state, stateRow } = streamNetwork(weights, rows(at, end), EPSILON, state))
          expect(raw.dataSync()).toEqual(full.subarray(at * shape.outputs, end * shape.outputs))
        }
      }
    })
    expect(tf.memory().numTensors).toBe(before)
  },
)
