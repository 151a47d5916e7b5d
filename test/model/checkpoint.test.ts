import { expect, test } from 'vitest'
import { UserError } from '../../src/domain/errors.js'
import { checkpointId, loadCheckpoint, saveCheckpoint } from '../../src/model/checkpoint.js'
import { defaultTrainingOptions } from '../../src/model/defaults.js'
import type { Checkpoint, MambaShape } from '../../src/model/forecaster.js'
import { initialWeights } from '../../src/model/initialise.js'
import { parameterCount } from '../../src/model/weights.js'

const shape: MambaShape = {
  features: 2,
  dModel: 4,
  nLayers: 1,
  dState: 3,
  expand: 2,
  dConv: 4,
  dtRank: 'auto',
  outputs: 9,
}

const checkpoint: Checkpoint = {
  options: { ...defaultTrainingOptions, dModel: 4, nLayers: 1, dState: 3 },
  shape,
  featureNames: ['a', 'b'],
  normaliser: { mean: [0.1, -1e300], scale: [1 / 3, 5e-324] },
  weights: initialWeights(shape, 5),
  residualQuantiles: null,
  trainStart: '2001-01-02',
  trainEnd: '2020-12-31',
  trainRows: 4000,
  epochs: 17,
  trainLoss: 0.1 + 0.2,
  validationLoss: 0.25,
  backend: 'wasm',
  seconds: 2.5,
  parameters: parameterCount(shape),
}

test('what is loaded equals what was saved, every weight to the last bit', () => {
  const odd = { ...checkpoint, weights: initialWeights(shape, 5) }
  odd.weights['head.bias']!.data.set([-0, 1e-45, 3.4028234663852886e38, NaN])
  const loaded = loadCheckpoint(saveCheckpoint(odd))
  expect(loaded).toEqual(odd)
  expect(Object.is(loaded.weights['head.bias']!.data[0], -0)).toBe(true)
  expect(saveCheckpoint(loaded).equals(saveCheckpoint(odd))).toBe(true)
})

test('loads from bytes that start anywhere in a larger buffer, as a database driver hands them over', () => {
  const bytes = saveCheckpoint(checkpoint)
  const larger = Buffer.concat([Buffer.from([1, 2, 3]), bytes])
  expect(loadCheckpoint(larger.subarray(3))).toEqual(checkpoint)
})

test.each([
  ['is empty', (_: Buffer) => Buffer.alloc(0), 'not a mambacast checkpoint'],
  ['is something else', (_: Buffer) => Buffer.alloc(500, 'x'), 'not a mambacast checkpoint'],
  ['is cut short', (bytes: Buffer) => bytes.subarray(0, -100), 'cut short or damaged'],
  ['has one bit flipped', (bytes: Buffer) => flipped(bytes, 700), 'cut short or damaged'],
  ['is of a later format', (bytes: Buffer) => flipped(bytes, 10), 'format 3 is not supported'],
])('a file that %s is refused in one line', (_, damage, message) => {
  const load = () => loadCheckpoint(damage(saveCheckpoint(checkpoint)))
  expect(load).toThrow(UserError)
  expect(load).toThrow(message)
})

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at]! ^= 2
  return copy
}

test('the id stays the same when only the time that training took differs', () => {
  const id = checkpointId(checkpoint, 'hash')
  expect(id).toMatch(/^mamba-[0-9a-f]{24}$/)
  expect(checkpointId({ ...checkpoint, seconds: 99 }, 'hash')).toBe(id)
  expect(checkpointId(loadCheckpoint(saveCheckpoint(checkpoint)), 'hash')).toBe(id)
})

test('the id changes with options, window, data and weights', () => {
  const ids = [
    checkpointId(checkpoint, 'hash'),
    checkpointId(checkpoint, 'other'),
    checkpointId({ ...checkpoint, options: { ...checkpoint.options, seed: 2 } }, 'hash'),
    checkpointId({ ...checkpoint, trainEnd: '2021-01-04' }, 'hash'),
    checkpointId({ ...checkpoint, weights: initialWeights(shape, 6) }, 'hash'),
  ]
  expect(new Set(ids).size).toBe(ids.length)
})
