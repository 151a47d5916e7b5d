import { expect, test } from 'vitest'
import type { MambaShape } from '../../src/model/forecaster.js'
import { initialWeights, inverseSoftplus } from '../../src/model/initialise.js'
import { flattenWeights, parameterCount, unflattenWeights, weightShapes } from '../../src/model/weights.js'

const shape: MambaShape = {
  features: 15,
  dModel: 16,
  nLayers: 2,
  dState: 16,
  expand: 2,
  dConv: 4,
  dtRank: 'auto',
  outputs: 1,
}
const softplus = (x: number) => Math.log1p(Math.exp(x))

test('the same seed gives the same weights, another seed others', () => {
  expect(flattenWeights(shape, initialWeights(shape, 1))).toEqual(flattenWeights(shape, initialWeights(shape, 1)))
  expect(flattenWeights(shape, initialWeights(shape, 1))).not.toEqual(flattenWeights(shape, initialWeights(shape, 2)))
})

test('A is -1 to -N on every channel, D is 1, and dt starts between 0.001 and 0.1', () => {
  const weights = initialWeights(shape, 1)
  const A = weights['blocks.1.A_log']!.data.map((x) => -Math.exp(x))
  for (const [i, a] of A.entries()) expect(a).toBeCloseTo(-((i % 16) + 1), 4)
  expect(new Set(weights['blocks.0.D']!.data)).toEqual(new Set([1]))
  const delta = [...weights['blocks.0.dt_proj.bias']!.data].map(softplus)
  expect(Math.min(...delta)).toBeGreaterThan(0.00099)
  expect(Math.max(...delta)).toBeLessThan(0.101)
})

test('other layers are uniform within 1 / sqrt(fan in), and use most of it', () => {
  const weights = initialWeights(shape, 1)
  for (const [name, fanIn] of [
    ['embed.weight', 15],
    ['blocks.0.in_proj.weight', 16],
    ['blocks.0.x_proj.weight', 32],
    ['blocks.0.conv1d.weight', 4],
  ] as const) {
    const largest = Math.max(...weights[name]!.data.map(Math.abs))
    expect(largest).toBeLessThanOrEqual(fanIn ** -0.5)
    expect(largest).toBeGreaterThan(0.9 * fanIn ** -0.5)
  }
})

test('the paper has 15 features and as many parameters as its weights have elements', () => {
  const total = weightShapes(shape).reduce((sum, [, dims]) => sum + dims.reduce((a, b) => a * b, 1), 0)
  expect(parameterCount(shape)).toBe(total)
})

test('weights survive the way through one flat vector', () => {
  const weights = initialWeights(shape, 3)
  expect(unflattenWeights(shape, flattenWeights(shape, weights))).toEqual(weights)
})

test('a weight of another shape is refused by name', () => {
  const { 'norm_f.weight': _, ...incomplete } = initialWeights(shape, 1)
  expect(() => flattenWeights(shape, incomplete)).toThrow(
    "weight 'norm_f.weight' should have shape (16) but has (none)",
  )
})

test('the inverse of softplus is its inverse from tiny to large', () => {
  for (const y of [1e-4, 0.01, 1, 20]) expect(softplus(inverseSoftplus(y))).toBeCloseTo(y, 9)
})
