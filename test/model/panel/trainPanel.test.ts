import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { selectBackend } from '../../../src/kernels/backend.js'
import { loadCheckpoint, saveCheckpoint } from '../../../src/model/checkpoint.js'
import type { TrainingOptions } from '../../../src/model/forecaster.js'
import { isOfPanel, panelColumns, withColumns } from '../../../src/model/panel/panelTable.js'
import { type PanelMember, trainPanel } from '../../../src/model/panel/trainPanel.js'
import { predict } from '../../../src/model/predict.js'
import { train } from '../../../src/model/trainer.js'
import { flattenWeights } from '../../../src/model/weights.js'
import { syntheticTable, truncated } from '../syntheticTable.js'

const options: TrainingOptions = {
  ...{ head: 'quantile', dModel: 8, nLayers: 1, dState: 4, expand: 2, dConv: 4, dtRank: 'auto' },
  ...{ learningRate: 0.01, weightDecay: 1e-4, maxEpochs: 10, patience: 10, validationShare: 0.2, seed: 1 },
}

/** Three tickers of different lengths that share what drives their volatility. */
function panel(): PanelMember[] {
  const raw = [
    { ticker: 'A', table: syntheticTable(420, 1), trainRows: 400 },
    { ticker: 'B', table: syntheticTable(330, 2), trainRows: 320 },
    { ticker: 'C', table: syntheticTable(390, 3), trainRows: 380 },
  ]
  const columns = panelColumns(raw)
  return raw.map((member) => ({ ...member, table: withColumns(member.ticker, member.table, columns) }))
}

beforeAll(() => selectBackend('wasm'))

describe('columns of a panel', () => {
  test('those that all members have, one for each ticker and month, then the context', () => {
    const context = { sources: 1, channels: 2 }
    const table = (names: string[]) => ({
      ...syntheticTable(3),
      names,
      values: Float64Array.from(names.flatMap((_, i) => [i, i, i])),
      context,
    })
    const members = [
      { ticker: 'Z', table: table(['x', 'pe', 'y', 's:a', 's:b']) },
      { ticker: 'A', table: table(['x', 'y', 's:a', 's:b']) },
    ]
    const columns = panelColumns(members)
    const months = Array.from({ length: 12 }, (_, m) => `month:${m + 1}`)
    expect(columns).toEqual(['x', 'y', 'ticker:A', 'ticker:Z', ...months, 's:a', 's:b'])
    expect([isOfPanel(columns), isOfPanel(['x'])]).toEqual([true, false])
  })

  test('a row knows its ticker and its month; a model of its own columns gets the same table', () => {
    const table = syntheticTable(60)
    const columns = panelColumns([
      { ticker: 'A', table },
      { ticker: 'B', table },
    ])
    const { values, names } = withColumns('B', table, [...columns, 'gone'])
    const at = (t: number, name: string) => values[t * names.length + names.indexOf(name)]
    expect([at(3, 'ticker:A'), at(3, 'ticker:B'), at(3, 'month:1'), at(40, 'month:2'), at(40, 'month:1')]).toEqual([
      0, 1, 1, 1, 0,
    ])
    expect([at(3, 'heat'), at(3, 'gone')]).toEqual([table.values[9], Number.NaN])
    expect(withColumns('B', table, table.names)).toBe(table)
  })
})

describe('a panel', () => {
  test('learns what its members share, from the same seed to the same bit, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    const epochs: number[] = []
    const checkpoint = await trainPanel({
      members: panel(),
      options,
      onEpoch: ({ validationLoss }) => epochs.push(validationLoss),
    })
    expect(checkpoint.validationLoss).toBe(Math.min(...epochs))
    expect(checkpoint.validationLoss).toBeLessThan(epochs[0]! - 0.02)
    expect(checkpoint).toMatchObject({ trainRows: 1_100, trainEnd: panel()[0]!.table.sessions[399] })
    const again = await trainPanel({ members: panel(), options })
    const flat = [checkpoint, again].map(({ shape, weights }) => flattenWeights(shape, weights))
    expect(flat[1]).toEqual(flat[0])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('is fine-tuned for a member and forecasts the same bits from truncated rows', async () => {
    const members = panel()
    const warmStart = loadCheckpoint(
      saveCheckpoint(await trainPanel({ members: members.slice(1), options: { ...options, maxEpochs: 3 } })),
    )
    const [{ table, trainRows }] = members as [PanelMember]
    const tuned = await train({ table, trainRows, options, warmStart })
    expect(tuned.validationLoss).toBeLessThan(
      (await train({ table, trainRows, options: { ...options, maxEpochs: 1 }, warmStart })).validationLoss,
    )
    const forecasts = await predict(tuned, table, trainRows)
    for (const t of [400, 407, 418])
      expect((await predict(tuned, truncated(table, t + 1), t))[0]).toEqual(forecasts[t - trainRows])
  })

  test('is not touched by what follows the training rows', async () => {
    const members = panel()
    const cut = members.map(({ ticker, table, trainRows }) => ({
      ticker,
      table: truncated(table, trainRows + 1),
      trainRows,
    }))
    const [full, short] = [await trainPanel({ members, options }), await trainPanel({ members: cut, options })]
    expect(flattenWeights(short.shape, short.weights)).toEqual(flattenWeights(full.shape, full.weights))
    expect(short.normaliser).toEqual(full.normaliser)
  })
})
