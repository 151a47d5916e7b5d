import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { UserError } from '../../src/domain/errors.js'
import { QUANTILE_LEVELS } from '../../src/domain/forecast.js'
import { selectBackend } from '../../src/kernels/backend.js'
import { MIN_TRAINING_ROWS } from '../../src/model/defaults.js'
import type { Checkpoint, EpochProgress, TrainingOptions, TrainingState } from '../../src/model/forecaster.js'
import { empiricalQuantiles } from '../../src/model/heads/quantile.js'
import { predict } from '../../src/model/predict.js'
import { train } from '../../src/model/trainer.js'
import { flattenWeights } from '../../src/model/weights.js'
import { syntheticTable, truncated } from './syntheticTable.js'

const options: TrainingOptions = {
  ...{ head: 'quantile', dModel: 8, nLayers: 1, dState: 4, expand: 2, dConv: 4, dtRank: 'auto' },
  ...{ learningRate: 0.01, weightDecay: 1e-4, maxEpochs: 12, patience: 12, validationShare: 0.2, seed: 1 },
}
const rows = 420
const table = syntheticTable(rows)
const trainRows = rows - 1

beforeAll(() => selectBackend('wasm'))

describe('training', () => {
  test('is the same to the last bit under the same seed, and another under another seed', async () => {
    const runs = [await train({ table, trainRows, options }), await train({ table, trainRows, options })]
    const other = await train({ table, trainRows, options: { ...options, seed: 2 } })
    const [first, second, third] = [...runs, other].map(({ shape, weights }) => flattenWeights(shape, weights))
    expect(second).toEqual(first)
    expect(third).not.toEqual(first)
  })

  test('leaves no tensor behind, also when it is aborted or diverges', async () => {
    const before = tf.memory().numTensors
    await train({ table, trainRows, options })
    await train({ table, trainRows, options: { ...options, head: 'tanh', patience: 2 } })
    const aborted = train({
      table,
      trainRows,
      options,
      onEpoch: ({ epoch }) => epoch === 3 && stop.abort(),
      signal: stop.signal,
    })
    await expect(aborted).rejects.toThrow('aborted')
    await expect(train({ table, trainRows, options: { ...options, learningRate: 1e12 } })).rejects.toThrow(UserError)
    expect(tf.memory().numTensors).toBe(before)
  })
  const stop = new AbortController()

  test('finds volatility that the scale does not know, and beats its own start in validation', async () => {
    const seen: EpochProgress[] = []
    const longer = { ...options, maxEpochs: 60, patience: 60 }
    const checkpoint = await train({ table, trainRows, options: longer, onEpoch: (progress) => seen.push(progress) })
    expect(checkpoint.validationLoss).toBeLessThan(0.97 * seen[0]!.validationLoss)
    expect(seen.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 61 }, (_, i) => i))
  })

  test('starts from the empirical standardised quantiles of the training rows', async () => {
    const checkpoint = await train({ table, trainRows, options: { ...options, maxEpochs: 1, learningRate: 1e-30 } })
    const [first, last] = [await predict(checkpoint, table, 100), await predict(checkpoint, table, rows - 1)]
    const standardised = table.targetPct.map((target, t) => target / table.scalePct[t]!).filter(Number.isFinite)
    const training = empiricalQuantiles(standardised.slice(0, Math.round(0.8 * standardised.length)))
    for (const { quantiles } of [first[0]!, last[0]!])
      for (const [i, quantile] of quantiles.entries()) expect(quantile / 1.2).toBeCloseTo(training[i]!, 5)
  })

  test('keeps the weights of the best epoch and stops when patience runs out', async () => {
    const seen: EpochProgress[] = []
    const eager = { ...options, learningRate: 0.2, maxEpochs: 100, patience: 4 }
    const checkpoint = await train({ table, trainRows, options: eager, onEpoch: (progress) => seen.push(progress) })
    const best = Math.min(...seen.map(({ validationLoss }) => validationLoss))
    expect(checkpoint.validationLoss).toBe(best)
    expect(seen[checkpoint.epochs]!.validationLoss).toBe(best)
    expect(seen.at(-1)!.epoch).toBe(checkpoint.epochs + 4)
  })

  test.each([
    { backend: 'wasm', maxEpochs: 30, stops: [0, 3, 7] },
    { backend: 'cpu', maxEpochs: 4, stops: [2] },
  ] as const)(
    'on backend $backend, stopped anywhere and taken up from its state, ends in the same bits as one left alone',
    async ({ backend, maxEpochs, stops }) => {
      await selectBackend(backend)
      const whole = { ...options, learningRate: 0.03, patience: 5, maxEpochs }
      const undisturbed = await train({ table, trainRows, options: whole })
      for (const stopAfter of stops) {
        const stop = new AbortController()
        const states: TrainingState[] = []
        const continuation = { everySeconds: 1e9, keep: (state: TrainingState) => void states.push(state) }
        const onEpoch = ({ epoch }: EpochProgress) => epoch === stopAfter && stop.abort(new Error('enough'))
        const request = { table, trainRows, options: whole }
        await expect(train({ ...request, continuation, onEpoch, signal: stop.signal })).rejects.toThrow('enough')
        expect(states.map(({ epoch }) => epoch)).toEqual([stopAfter + 1])
        const seen: number[] = []
        const resumed = await train({
          ...request,
          continuation: { ...continuation, from: structuredClone(states[0]!) },
          onEpoch: ({ epoch }) => seen.push(epoch),
        })
        expect(seen[0]).toBe(stopAfter + 1)
        expect({ ...resumed, seconds: 0 }).toEqual({ ...undisturbed, seconds: 0 })
        expect(resumed.seconds).toBeGreaterThan(states[0]!.seconds)
      }
      await selectBackend('wasm')
    },
  )

  test('keeps its state as often as it is asked to, and begins anew from one of another backend', async () => {
    const states: TrainingState[] = []
    const keep = (state: TrainingState) => void states.push(state)
    await train({ table, trainRows, options, continuation: { everySeconds: 0, keep } })
    expect(states.map(({ epoch }) => epoch)).toEqual(Array.from({ length: options.maxEpochs }, (_, i) => i + 1))
    const seen: number[] = []
    const continuation = { everySeconds: 1e9, keep, from: { ...states[5]!, backend: 'abacus' } }
    await train({ table, trainRows, options, continuation, onEpoch: ({ epoch }) => seen.push(epoch) })
    expect(seen[0]).toBe(0)
  })

  test('does not see a row after the training window', async () => {
    const poisoned = {
      ...table,
      values: table.values.slice().fill(1e6, 380 * 3),
      targetPct: table.targetPct.slice().fill(50, 380),
      rangePct: table.rangePct!.slice().fill(50, 380),
      scalePct: table.scalePct.slice().fill(50, 380),
    }
    const [clean, other] = [
      await train({ table, trainRows: 380, options }),
      await train({ table: poisoned, trainRows: 380, options }),
    ]
    expect(flattenWeights(other.shape, other.weights)).toEqual(flattenWeights(clean.shape, clean.weights))
  })

  test('goes on from given weights, and is never worse in validation than they were', async () => {
    const full = await train({ table, trainRows: 400, options })
    const seen: EpochProgress[] = []
    const tuned = await train({
      table,
      trainRows,
      options,
      warmStart: full,
      onEpoch: (progress) => seen.push(progress),
    })
    expect(tuned.normaliser).toEqual(full.normaliser)
    expect(tuned.validationLoss).toBeLessThanOrEqual(seen[0]!.validationLoss)
    const untouched = await train({ table, trainRows, options: { ...options, learningRate: 0 }, warmStart: full })
    expect(flattenWeights(full.shape, untouched.weights)).toEqual(flattenWeights(full.shape, full.weights))
  })
})

describe('the range of the next session', () => {
  const longer = { ...options, maxEpochs: 40, patience: 40 }
  const scored = { ...table, targetPct: table.targetPct.slice().fill(NaN, 320) }
  const { rangePct: _, ...blind } = scored
  const pinball = async (checkpoint: Checkpoint) => {
    const losses = (await predict(checkpoint, table, 320)).slice(0, -1).map(({ quantiles }, i) => {
      const errors = quantiles.map((quantile) => table.targetPct[320 + i]! - quantile)
      return errors.reduce((sum, e, k) => sum + Math.max(QUANTILE_LEVELS[k]! * e, (QUANTILE_LEVELS[k]! - 1) * e), 0)
    })
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length
  }

  test('teaches how volatile it will be: forecasts of unseen sessions get better', async () => {
    const taught = await train({ table: scored, trainRows: 320, options: longer })
    const alone = await train({ table: blind, trainRows: 320, options: longer })
    expect(await pinball(taught)).toBeLessThan(await pinball(alone))
  })

  test('may be zero in sessions that traded at one price', async () => {
    const halted = { ...table, rangePct: table.rangePct!.slice().fill(0, 50, 90) }
    const { validationLoss } = await train({ table: halted, trainRows, options: { ...options, maxEpochs: 2 } })
    expect(validationLoss).toBeGreaterThan(0)
  })
})

describe('training refuses in one line', () => {
  test('too few rows, saying how many are needed', async () => {
    await expect(train({ table, trainRows: 30, options })).rejects.toThrow(
      new UserError(`training needs at least ${MIN_TRAINING_ROWS} sessions with a known next return, and there are 29`),
    )
  })

  test('a constant series', async () => {
    const flat = { ...table, targetPct: table.targetPct.map((target) => target * 0) }
    await expect(train({ table: flat, trainRows, options })).rejects.toThrow('the price never changes')
  })

  test('a loss that is no number', async () => {
    const diverging = train({ table, trainRows, options: { ...options, learningRate: 1e12 } })
    await expect(diverging).rejects.toThrow(/^training diverged at epoch \d+: try a lower learning rate$/)
  })

  test('a warm start from other features, another shape, or later sessions', async () => {
    const full = await train({ table, trainRows, options: { ...options, maxEpochs: 1 } })
    const renamed = { ...table, names: ['heat', 'gap', 'other'] }
    await expect(train({ table: renamed, trainRows, options, warmStart: full })).rejects.toThrow('other features')
    const wider = { ...options, dModel: 16 }
    await expect(train({ table, trainRows, options: wider, warmStart: full })).rejects.toThrow('dModel is 16')
    await expect(train({ table, trainRows: 300, options, warmStart: full })).rejects.toThrow('has seen')
  })
})

describe('a forecast', () => {
  test.each(['quantile', 'tanh'] as const)(
    'of head %s has ascending quantiles and a finite mean on every row',
    async (head) => {
      const checkpoint = await train({ table, trainRows, options: { ...options, head } })
      const forecasts = await predict(checkpoint, table, 1)
      expect(forecasts).toHaveLength(rows - 1)
      for (const { mean, quantiles } of forecasts) {
        expect(Number.isFinite(mean)).toBe(true)
        expect(quantiles).toHaveLength(QUANTILE_LEVELS.length)
        expect(quantiles.toSorted((a, b) => a - b)).toEqual(quantiles)
      }
    },
  )

  test.each(['wasm', 'cpu'] as const)(
    'on backend %s is the same to the last bit when all later rows are cut off',
    async (backend) => {
      await selectBackend('wasm')
      const checkpoint = await train({ table, trainRows: 300, options })
      await selectBackend(backend)
      const full = await predict(checkpoint, table, 0 + 1)
      for (const length of [2, 3, 37, 128, 257, 300, 419]) {
        const cut = await predict(checkpoint, truncated(table, length), 1)
        expect(cut).toEqual(full.slice(0, length - 1))
      }
      await selectBackend('wasm')
    },
  )

  test('is refused for other features and for a row whose volatility is not known', async () => {
    const checkpoint = await train({ table, trainRows, options: { ...options, maxEpochs: 1 } })
    await expect(predict(checkpoint, { ...table, names: ['a', 'b', 'c'] }, 1)).rejects.toThrow('other features')
    await expect(predict(checkpoint, table, 0)).rejects.toThrow('no forecast as of 2000-01-01')
  })
})
