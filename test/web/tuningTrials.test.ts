import { expect, test } from 'vitest'
import { applySetting, beginSearch, saveTrial } from '../../src/db/tuning.js'
import type { Trial } from '../../src/domain/tuning.js'
import { marketApp } from '../support/marketApp.js'

const setting = { learningRate: 0.004, weightDecay: 0.002, dModel: 24, nLayers: 1, dState: 8, trainWindow: 1_000 }
const trial = (candidate: number, pinball: number): Trial => ({
  ...{ bracket: candidate === 0 ? -1 : 0, rung: 0, candidate, ticker: 'ACME', setting, epochs: 270, bestEpoch: 40 },
  ...{ pinball, ewmaPinball: 1, error: null, seconds: 2 },
})

test('the search for settings stands on the page with its best beside the default, and what is in use', async () => {
  const { db, text } = await marketApp()
  expect(await text('/tickers/ACME')).not.toContain('Search for training settings')
  const request = { tickers: ['ACME'], seed: 1, maxEpochs: 270, space: 1, base: {} }
  const cut = { ticker: 'ACME', session: '2024-04-19', dataHash: 'h', trainRows: 500, validationSessions: 250 }
  await beginSearch(db, {
    ...{ id: 'tune-1', requestHash: 'r', tickers: ['ACME'], request, cuts: [cut], startedAt: new Date(0) },
  })
  await saveTrial(db, 'tune-1', trial(0, 0.98), new Date(0))
  await saveTrial(db, 'tune-1', trial(5, 0.95), new Date(0))
  await applySetting(db, ['ACME'], { setting: { ...setting, maxEpochs: 270 }, name: 'tune-1/5' }, new Date(0))
  const html = await text('/tickers/ACME')
  for (const part of ['Setting 5 has 3.06 % less loss', 'unfinished', '19 Apr 2024', '0.9500', 'tune-1/5'])
    expect(html).toContain(part)
})
