import * as tf from '@tensorflow/tfjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Attribution, COMPLETENESS, isComplete } from '../../../src/domain/explanation.js'
import { type BackendName, selectBackend } from '../../../src/kernels/backend.js'
import { defaultTrainingOptions } from '../../../src/model/defaults.js'
import { attribute } from '../../../src/model/explain/attribute.js'
import { explain } from '../../../src/model/explain/explain.js'
import type { Checkpoint, HeadName } from '../../../src/model/forecaster.js'
import { predict } from '../../../src/model/predict.js'
import { train } from '../../../src/model/trainer.js'
import { syntheticTable, truncated } from '../syntheticTable.js'

const ROWS = 420
const TRAIN_ROWS = 400
const table = syntheticTable(ROWS)

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

const trained = new Map<HeadName, Promise<Checkpoint>>()
function trainedWith(head: HeadName): Promise<Checkpoint> {
  const options = { ...defaultTrainingOptions, head, maxEpochs: 40, learningRate: 0.01 }
  const found = trained.get(head) ?? train({ table, trainRows: TRAIN_ROWS, options })
  trained.set(head, found)
  return found
}

/** Both lists of parts, held against the difference that they explain. */
function expectComplete({ features, sessions, earlier, output, baseline, residual }: Attribution): void {
  for (const parts of [features, [...sessions, earlier]])
    expect(Math.abs(sum(parts) - (output - baseline))).toBeLessThanOrEqual(COMPLETENESS * Math.abs(output - baseline))
  expect(residual).toBeLessThanOrEqual(COMPLETENESS)
}

beforeEach(async () => {
  await selectBackend('wasm')
})

test('the parts of width and median add up to the difference from average sessions within 1 %', async () => {
  const checkpoint = await trainedWith('quantile')
  for (let rows = TRAIN_ROWS; rows <= ROWS; rows += 4) {
    const { width, median } = await explain(checkpoint, truncated(table, rows))
    expectComplete(width!)
    expectComplete(median)
  }
})

test('it explains the forecast that was made: the same width and the same median', async () => {
  const checkpoint = await trainedWith('quantile')
  const { width, median } = await explain(checkpoint, table)
  const [forecast] = await predict(checkpoint, table, ROWS - 1)
  const interval = forecast!.quantiles[6]! - forecast!.quantiles[2]!
  expect(Math.exp(width!.output) * table.scalePct.at(-1)!).toBeCloseTo(interval, 5)
  expect(median.output).toBeCloseTo(forecast!.quantiles[4]!, 5)
})

test('the feature that the width follows comes out first, and one that never moves counts nothing', async () => {
  const { features, width } = await explain(await trainedWith('quantile'), table)
  const sizes = width!.features.map(Math.abs)
  expect(features[sizes.indexOf(Math.max(...sizes))]).toBe('heat')
  expect(width!.features[features.indexOf('flat')]).toBe(0)
})

test('attention is shared out among the sessions', async () => {
  const { attention, sessions } = await explain(await trainedWith('quantile'), table)
  expect(attention.sessions).toHaveLength(sessions.length)
  expect(Math.min(...attention.sessions)).toBeGreaterThan(0)
  expect(sum(attention.sessions) + attention.earlier).toBeCloseTo(1, 5)
})

test('made twice it is equal to the last bit', async () => {
  const checkpoint = await trainedWith('quantile')
  const first = await explain(checkpoint, truncated(table, 410))
  expect(await explain(checkpoint, truncated(table, 410))).toEqual(first)
})

test('an ensemble is explained by the mean of its members, as it is stored, and adds up too', async () => {
  const options = { ...defaultTrainingOptions, ensemble: 2, maxEpochs: 15, learningRate: 0.01 }
  const explained = await explain(await train({ table, trainRows: TRAIN_ROWS, options }), table)
  const [width, median] = [explained.width!, explained.median]
  for (const one of [width, median]) expectComplete(one)
  for (const parts of [width.features, width.sessions, [width.earlier], median.features, explained.attention.sessions])
    expect(parts.map(Math.fround)).toEqual(parts)
})

test('a network that mixes in what other sources say is explained through that, too', async () => {
  const mixed = { ...table, context: { sources: 1, channels: 2 } }
  const options = { ...defaultTrainingOptions, maxEpochs: 15, learningRate: 0.01 }
  const { width, median, attention } = await explain(
    await train({ table: mixed, trainRows: TRAIN_ROWS, options }),
    mixed,
  )
  expectComplete(width!)
  expectComplete(median)
  expect(sum(attention.sessions) + attention.earlier).toBeCloseTo(1, 5)
})

test('a head that forecasts no width has its mean explained alone', async () => {
  const checkpoint = await trainedWith('tanh')
  const { width, median } = await explain(checkpoint, table)
  const [forecast] = await predict(checkpoint, table, ROWS - 1)
  expect(width).toBeNull()
  expect(median.output).toBeCloseTo(forecast!.mean, 5)
  expectComplete(median)
})

test('nothing stays behind in memory', async () => {
  const checkpoint = await trainedWith('quantile')
  await explain(checkpoint, table)
  const before = tf.memory().numTensors
  await explain(checkpoint, table)
  expect(tf.memory().numTensors).toBe(before)
})

test('plain JavaScript and WebAssembly give the same explanation within 1e-3', async () => {
  const checkpoint = await trainedWith('quantile')
  const [wasm, cpu] = [await explain(checkpoint, table), await onCpu(() => explain(checkpoint, table))]
  for (const key of ['width', 'median'] as const) {
    const most = Math.max(...wasm[key]!.features.map(Math.abs))
    wasm[key]!.features.forEach((part, i) => {
      expect(Math.abs(part - cpu[key]!.features[i]!)).toBeLessThan(1e-3 * most)
    })
  }
  expectComplete(cpu.width!)
})

async function onCpu<T>(work: () => Promise<T>): Promise<T> {
  await selectBackend('cpu')
  return work()
}

const backends: BackendName[] = ['cpu', 'wasm']
describe.each(backends)('on %s', (backend) => {
  test('a function that looks far back is given all the rows it needs', async () => {
    await selectBackend(backend)
    const rows = 700
    const inputs = Float32Array.from({ length: rows * 2 }, (_, i) => Math.sin(i))
    const first = (x: tf.Tensor3D) => tf.sum(tf.square(tf.slice(x, [0, 0, 0], [-1, 1, -1])), [1, 2]) as tf.Tensor1D
    const shortSighted = await attribute(first, { inputs: inputs.slice(-2), average: new Float32Array(2) }, 1)
    expect(shortSighted.sessions).toHaveLength(1)
    expect(isComplete(shortSighted)).toBe(true)
    const mean = (x: tf.Tensor3D) => tf.mean(tf.exp(x), [1, 2]) as tf.Tensor1D
    const found = await attribute(mean, { inputs, average: new Float32Array(2) }, 1)
    expectComplete(found)
    expect(Math.abs(found.earlier)).toBeGreaterThan(0)
  })

  test('too wild a function keeps its residual, and is not complete', async () => {
    await selectBackend(backend)
    const inputs = Float32Array.from({ length: 20 }, () => 1)
    const step = (x: tf.Tensor3D) => tf.tanh(tf.mul(tf.sub(tf.sum(x, [1, 2]), 7.3), 1e4)) as tf.Tensor1D
    const found = await attribute(step, { inputs, average: new Float32Array(2) }, 1)
    expect(isComplete(found)).toBe(false)
    expect(found.steps).toBe(128)
  })
})
