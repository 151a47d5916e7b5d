import { beforeAll, describe, expect, test } from 'vitest'
import { paperData } from '../../../src/evaluation/paperData.js'
import { paperFigures } from '../../../src/evaluation/paperFigures.js'
import { publishedTable } from '../../../src/evaluation/publishedFigures.js'
import { adjustBars } from '../../../src/ingest/adjust.js'
import { createProvider } from '../../../src/ingest/providers.js'
import { selectBackend } from '../../../src/kernels/backend.js'
import type { Weights } from '../../../src/model/forecaster.js'
import { paperExperiment } from '../../../src/model/peers/paperExperiment.js'
import { hasReference, type Pack, readReference } from '../../golden/reference.js'
import { hasSharedData, sharedData } from '../../support/sharedData.js'

beforeAll(() => selectBackend('wasm'))

/** Losses at these epochs as the design's model.md prints them. */
const EPOCHS = [0, 1, 10, 50, 99]
const LOSSES: Record<string, number[]> = {
  '601988.SH': [0.048131, 0.023639, 0.0064258, 0.00034905, 0.00027528],
  '601328.SH': [0.09005, 0.028706, 0.0054993, 0.00061734, 0.0004075],
  '600036.SH': [0.06001, 0.026718, 0.0067201, 0.00069147, 0.00049863],
  '601288.SH': [0.053226, 0.056001, 0.0071684, 0.00044943, 0.00023559],
}
/** "Tomorrow = today" as printed beside the paper's table. */
const PERSISTENCE: Record<string, number[]> = {
  '601988.SH': [0.0004, 0.02, 0.0131, 0.9583],
  '601328.SH': [0.002, 0.0445, 0.0287, 0.9446],
  '600036.SH': [1.1375, 1.0665, 0.8086, 0.8887],
  '601288.SH': [0.0005, 0.0224, 0.0151, 0.9789],
}

describe.skipIf(!hasReference || !hasSharedData)("the paper's experiment from its own first weights", () => {
  test.each(Object.keys(publishedTable))('has the published losses and figures on %s', async (ticker) => {
    const provider = createProvider('csv', { location: sharedData })
    const { bars } = await provider.fetchBars({ symbol: ticker, now: new Date('2026-11-24T00:00:00Z') })
    const data = paperData(ticker, adjustBars(bars), 300)
    const packs = readReference<{ weights: Record<string, Pack> }>('paper_init_seed1.json').weights
    const initial: Weights = Object.fromEntries(
      Object.entries(packs).map(([name, { shape, data: values }]) => [
        name,
        { shape, data: Float32Array.from(values) },
      ]),
    )
    const result = await paperExperiment({ ...data, network: 'mambastock', seed: 1, initial })

    for (const [i, epoch] of EPOCHS.entries()) {
      const off = Math.abs(result.losses[epoch]! / LOSSES[ticker]![i]! - 1)
      expect(off, `epoch ${epoch}: ${result.losses[epoch]}`).toBeLessThan(epoch <= 10 ? 1e-3 : 1e-2)
    }
    const record = { ...data, protocol: 'paper' as const, trainRows: 0, cost: null, sideBySide: 1 }
    const figures = paperFigures({ ...record, predictions: result.predictions })
    for (const name of ['mse', 'rmse', 'mae', 'r2'] as const)
      expect(Math.abs(figures[name] - publishedTable[ticker]![name]), `${name}: ${figures[name]}`).toBeLessThan(1.5e-4)
    const persistence = paperFigures({ ...record, predictions: data.close.map(() => 0) })
    const printed = [persistence.mse, persistence.rmse, persistence.mae, persistence.r2].map((value) =>
      value.toFixed(4),
    )
    expect(printed.map(Number)).toEqual(PERSISTENCE[ticker])
    expect(persistence.r2).toBeGreaterThan(publishedTable[ticker]!.r2)
  })
})

describe('every network on a made-up sequence', () => {
  const L = 120
  const wave = (t: number) => Math.sin(t / 5)
  const inputs = (from: number, count: number) =>
    Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? wave(from + (i >> 1)) : 1))
  const request = {
    ...{ seed: 1, features: 2, trainInputs: inputs(0, L), testInputs: inputs(L, 20) },
    trainTargets: Float32Array.from({ length: L }, (_, t) => 0.05 * wave(t)),
  }

  test.each(['mambastock', 'lstm', 'gru', 'transformer', 's4d'] as const)(
    '%s learns it, and twice the same',
    async (network) => {
      const [first, second] = [
        await paperExperiment({ ...request, network }),
        await paperExperiment({ ...request, network }),
      ]
      expect(first.predictions).toEqual(second.predictions)
      expect(first.losses).toHaveLength(101)
      expect(first.losses[100]!).toBeLessThan(0.05 * first.losses[0]!)
      expect(first.epochs).toBe(100)
    },
  )

  test('given weights of another network or size are refused by name', async () => {
    const initial = { 'embed.weight': { shape: [16, 3], data: new Float32Array(48) } }
    await expect(paperExperiment({ ...request, network: 'mambastock', initial })).rejects.toThrow(
      'the given weights do not fit mambastock with 2 inputs: embed.weight should be (16, 2) and is (16, 3)',
    )
    const foreign = { nonsense: { shape: [1], data: new Float32Array(1) } }
    await expect(paperExperiment({ ...request, network: 'lstm', initial: foreign })).rejects.toThrow(
      "the given weights hold 'nonsense', which lstm does not have",
    )
  })
})
