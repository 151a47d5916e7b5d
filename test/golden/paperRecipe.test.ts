import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { adam, initialAdamState } from '../../src/kernels/adam/adam.js'
import { selectBackend } from '../../src/kernels/backend.js'
import { forward } from '../../src/model/mambaNetwork.js'
import { hasReference, type Pack, readReference, shared, toTensor } from './reference.js'

const NO_FEATURE = ['ts_code', 'trade_date', 'close', 'pre_close', 'change', 'pct_chg']
const TEST_ROWS = 300

/** Raw features (1, L, 15) and the same row's change as a fraction (1, L), the last 300 rows left out. */
function paperData(ticker: string): { x: tf.Tensor3D; y: tf.Tensor2D } {
  const [header, ...lines] = readFileSync(join(shared, `data/${ticker}.csv`), 'utf8')
    .trim()
    .split('\n')
  const columns = header!.trim().split(',')
  const rows = lines.slice(0, -TEST_ROWS).map((line) => line.split(',').map(Number))
  const used = columns.map((name, i) => ({ name, i })).filter(({ name }) => !NO_FEATURE.includes(name))
  const change = columns.indexOf('pct_chg')
  return {
    x: tf.tensor3d([rows.map((row) => used.map(({ i }) => row[i]!))]),
    y: tf.tensor2d([rows.map((row) => row[change]! / 100)]),
  }
}

/** The paper's training (Shi 2024) from its own first weights: losses before each of the first `epochs` steps. */
async function paperLosses(ticker: string, weights: Readonly<Record<string, Pack>>, epochs: number): Promise<number[]> {
  const { x, y } = paperData(ticker)
  const names = Object.keys(weights)
  const loss = (...w: tf.Tensor[]): tf.Scalar => {
    const raw = forward(Object.fromEntries(names.map((name, i) => [name, w[i]!])), x)
    return tf.mean(tf.squaredDifference(tf.squeeze(tf.tanh(raw), [2]), y))
  }
  let parameters = Object.values(weights).map(toTensor)
  let state = initialAdamState(parameters)
  const losses: number[] = []
  for (let epoch = 0; epoch < epochs; epoch++) {
    const step = tf.tidy(() => {
      const { value, grads } = tf.valueAndGrads(loss)(parameters)
      const after = adam(parameters, grads, state, { learningRate: 0.01, weightDecay: 1e-5 })
      return { value, parameters: after.parameters, state: { ...after.state } }
    })
    losses.push((await step.value.data())[0]!)
    tf.dispose([...parameters, state.m, state.v, step.value])
    ;({ parameters, state } = step)
  }
  return losses
}

describe.skipIf(!hasReference)("the paper's training from its own first weights", () => {
  beforeAll(() => selectBackend('wasm'))

  // Losses at epochs 0, 1 and 10 as the design's model.md gives them, to their last printed digit.
  test.each([
    ['601988.SH', '0.048131', '0.023639', '0.0064258'],
    ['601328.SH', '0.09005', '0.028706', '0.0054993'],
    ['600036.SH', '0.06001', '0.026718', '0.0067201'],
    ['601288.SH', '0.053226', '0.056001', '0.0071684'],
  ])('has the published losses on %s', async (ticker, ...expected) => {
    const { weights } = readReference<{ weights: Record<string, Pack> }>('paper_init_seed1.json')
    const losses = await paperLosses(ticker, weights, 11)
    for (const [i, epoch] of [0, 1, 10].entries())
      expect(Math.abs(losses[epoch]! / Number(expected[i]) - 1), `epoch ${epoch}: ${losses[epoch]}`).toBeLessThan(5e-5)
  })
})
