import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { FeatureTable } from '../../src/features/table.js'
import { type BackendName, selectBackend } from '../../src/kernels/backend.js'
import { loadCheckpoint, saveCheckpoint } from '../../src/model/checkpoint.js'
import { mixContext } from '../../src/model/contextMixer.js'
import { CONTEXT_WIDTH } from '../../src/model/contextShape.js'
import { explain } from '../../src/model/explain/explain.js'
import type { MambaShape, TrainingOptions, Weights } from '../../src/model/forecaster.js'
import { initialWeights } from '../../src/model/initialise.js'
import { forward } from '../../src/model/mambaNetwork.js'
import { predict } from '../../src/model/predict.js'
import { createRandom } from '../../src/model/random.js'
import { train } from '../../src/model/trainer.js'
import { byName, toTensors } from '../../src/model/weightTensors.js'
import { syntheticTable, truncated } from './syntheticTable.js'

const own = { features: 3, dModel: 8, nLayers: 1, dState: 4, expand: 2, dConv: 4, dtRank: 'auto', outputs: 2 } as const
const shape: MambaShape = { ...own, features: 3 + 2 * 4, context: { sources: 2, channels: 4 } }
const random = createRandom(3)
const rows = (l: number, f: number) =>
  tf.tensor3d(
    Float32Array.from({ length: l * f }, () => 2 * random() - 1),
    [1, l, f],
  )
const output = (of: MambaShape, weights: Weights, x: tf.Tensor3D) =>
  tf.tidy(() =>
    forward(byName(of, toTensors(of, weights)), x)
      .dataSync()
      .slice(),
  )
const opened = (weights: Weights): Weights => ({
  ...weights,
  'context.gate': { shape: [CONTEXT_WIDTH], data: new Float32Array(CONTEXT_WIDTH).fill(0.7) },
})

describe.each(['cpu', 'wasm'] as BackendName[])('on %s', (backend) => {
  beforeAll(async () => void (await selectBackend(backend)))

  test('while the gate is shut, outputs are those of the same network without the branch', () => {
    const weights = initialWeights(shape, 1)
    const { data } = weights['embed.weight']!
    const D = own.dModel
    const columns = Float32Array.from(
      { length: D * 3 },
      (_, i) => data[Math.floor(i / 3) * (3 + CONTEXT_WIDTH) + (i % 3)]!,
    )
    const without = { ...weights, 'embed.weight': { shape: [D, 3], data: columns } }
    const x = rows(20, shape.features)
    const found = output(shape, weights, x)
    for (const [i, value] of output(own, without, tf.slice(x, [0, 0, 0], [1, 20, 3])).entries())
      expect(found[i]).toBeCloseTo(value, 6)
    expect(output(shape, opened(weights), x)).not.toEqual(found)
  })

  test('networks side by side give what each gives alone', () => {
    const each = [opened(initialWeights(shape, 4)), initialWeights(shape, 5)]
    const inputs = each.map(() => rows(9, shape.features))
    const together = tf.tidy(() => {
      const tensors = each.map((weights) => toTensors(shape, weights))
      const stacked = tensors[0]!.map((_, i) => tf.stack(tensors.map((of) => of[i]!)))
      return forward(byName(shape, stacked), tf.concat(inputs, 0) as tf.Tensor3D)
        .dataSync()
        .slice()
    })
    const alone = each.flatMap((weights, m) => [...output(shape, weights, inputs[m]!)])
    for (const [i, value] of alone.entries()) expect(together[i]).toBeCloseTo(value, 5)
  })

  test('attention shares the sources out by formula', () => {
    const weights = opened(initialWeights(shape, 2))
    const x = rows(1, shape.features)
    const at = (name: string) => weights[`context.${name}`]!.data
    const dot = (matrix: Float32Array, i: number, v: ArrayLike<number>) =>
      Array.from(v).reduce((sum, value, j) => sum + matrix[i * v.length + j]! * value, 0)
    const values = x.dataSync()
    const K = Array.from({ length: CONTEXT_WIDTH }, (_, k) => k)
    const query = K.map((k) => dot(at('query.weight'), k, values.slice(0, 3)))
    const tokens = [values.slice(3, 7), values.slice(7, 11)]
    const plus = (name: string) => tokens.map((c, s) => K.map((k) => dot(at(name), k, c) + at('source')[s * 8 + k]!))
    const keys = plus('key.weight')
    const scores = keys.map((key) => Math.exp(key.reduce((sum, v, k) => sum + v * query[k]!, 0) / Math.sqrt(8)))
    const share = scores.map((score) => score / (scores[0]! + scores[1]!))
    const wanted = K.map((k) => Math.tanh(0.7) * plus('value.weight').reduce((sum, v, s) => sum + share[s]! * v[k]!, 0))
    const mixed = tf.tidy(() =>
      mixContext(byName(shape, toTensors(shape, weights)), x)
        .dataSync()
        .slice(),
    )
    expect([...mixed.slice(0, 3)]).toEqual([...values.slice(0, 3)])
    for (const [k, value] of wanted.entries()) expect(mixed[3 + k]).toBeCloseTo(value, 5)
  })

  test('every gradient of the branch agrees with finite differences', () => {
    const weights = opened(initialWeights(shape, 4))
    const x = rows(6, shape.features)
    const names = Object.keys(weights)
    const loss = (...tensors: tf.Tensor[]) =>
      tf.sum(tf.square(forward(Object.fromEntries(names.map((n, i) => [n, tensors[i]!])), x))) as tf.Scalar
    const tensors = names.map((name) => tf.tensor(weights[name]!.data, [...weights[name]!.shape]))
    const { grads } = tf.valueAndGrads(loss)(tensors)
    const epsilon = 1e-2
    names.forEach((name, i) => {
      if (!name.startsWith('context.')) return
      const { data, shape: dims } = weights[name]!
      const at = Math.floor(data.length / 2)
      const moved = (by: number) => {
        const changed = data.slice()
        changed[at]! += by
        return loss(...tensors.map((tensor, j) => (j === i ? tf.tensor(changed, [...dims]) : tensor))).dataSync()[0]!
      }
      const slope = (moved(epsilon) - moved(-epsilon)) / (2 * epsilon)
      expect(Math.abs(grads[i]!.dataSync()[at]! - slope), name).toBeLessThan(2e-2 * Math.max(Math.abs(slope), 0.02))
    })
  })
})

const options: TrainingOptions = {
  ...{ head: 'quantile', dModel: 8, nLayers: 1, dState: 4, expand: 2, dConv: 4, dtRank: 'auto' },
  ...{ learningRate: 0.01, weightDecay: 1e-4, maxEpochs: 40, patience: 40, validationShare: 0.2, seed: 1 },
}

/** The synthetic table with `heat`, which drives the volatility, known from a source only, beside one of noise. */
function withContext(rows: number): FeatureTable {
  const table = syntheticTable(rows)
  const noise = createRandom(9)
  const values = new Float64Array(rows * 10)
  for (let t = 0; t < rows; t++)
    values.set([table.values[t * 3 + 1]!, 7, table.values[t * 3]!, 0, 1, 0, noise(), noise(), noise(), 0], t * 10)
  const names = [
    'gap',
    'flat',
    ...['a', 'b'].flatMap((s) => ['change', 'z_score', 'age', 'missing'].map((c) => `${s}:${c}`)),
  ]
  return { ...table, names, values, context: { sources: 2, channels: 4 } }
}

describe('a network with a branch', () => {
  beforeAll(async () => void (await selectBackend('wasm')))
  const table = withContext(420)

  test('learns from a source, forecasts the same bits from its checkpoint, and from truncated rows', async () => {
    const checkpoint = await train({ table, trainRows: 400, options })
    const alone = await train({
      table: {
        ...syntheticTable(420),
        names: ['x', 'gap', 'flat'],
        values: syntheticTable(420).values.map((v, i) => (i % 3 === 0 ? 0 : v)),
      },
      trainRows: 400,
      options,
    })
    expect(checkpoint.validationLoss).toBeLessThan(alone.validationLoss - 0.005)
    expect(checkpoint.weights['context.gate']!.data.some((value) => Math.abs(value) > 0.05)).toBe(true)
    const again = loadCheckpoint(saveCheckpoint(checkpoint))
    expect(again.shape.context).toEqual({ sources: 2, channels: 4 })
    const forecasts = await predict(checkpoint, table, 400)
    expect(await predict(again, table, 400)).toEqual(forecasts)
    const cut = { ...truncated(table, 405), context: table.context! }
    expect((await predict(checkpoint, cut, 404))[0]).toEqual(forecasts[4])
  })

  test('is explained: attributions of own and other columns sum to the difference within 1 %', async () => {
    const checkpoint = await train({ table, trainRows: 400, options })
    const { features, width, median, attention } = await explain(checkpoint, table)
    expect(features).toEqual(table.names)
    expect(width!.residual).toBeLessThan(0.01)
    expect(median.residual).toBeLessThan(0.01)
    expect([...attention.sessions, attention.earlier].reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4)
  })
})
