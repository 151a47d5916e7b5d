import { expect, test } from 'vitest'
import type { Db } from '../../src/db/database.js'
import { saveExplanation } from '../../src/db/explanations.js'
import { forecastsAsOf } from '../../src/db/forecasts.js'
import type { Attribution, Explanation } from '../../src/domain/explanation.js'
import { marketApp } from '../support/marketApp.js'
import { LAST_SESSION } from '../support/marketFixture.js'

const attribution = (residual: number): Attribution => ({
  ...{ baseline: 0.5, output: 0.3, residual, steps: 8, earlier: 0 },
  features: [0.05, -0.22, -0.06, 0.03],
  sessions: [0, 0.1, -0.3],
})

const explanation = (widthResidual: number): Explanation => ({
  features: ['relative_volume', 'parkinson_5', 'is_thursday', 'is_friday'],
  values: [1.5, -2, -0.4, 2.1],
  sessions: ['2025-06-11', '2025-06-12', '2025-06-13'],
  width: attribution(widthResidual),
  median: attribution(0.001),
  attention: { sessions: [0.1, 0.2, 0.6], earlier: 0.1 },
})

async function explain(db: Db, stored: Explanation): Promise<void> {
  const own = (await forecastsAsOf(db, 'ACME', LAST_SESSION)).find(({ forecaster }) => forecaster === 'mamba')!
  await saveExplanation(db, own, stored, new Date(0))
}

test('what shaped the forecast stands in words, as strips under the prices, and in tables', async () => {
  const { db, text } = await marketApp()
  await explain(db, explanation(0.0004))
  const html = await text('/tickers/ACME')
  for (const part of [
    'The range of the last 5 sessions narrows the interval most (\u221219.7\u202f%)',
    'the volume against its 22-session mean widens it most (+5.1\u202f%)',
    'draws it 18.1\u202f% narrower than after average sessions',
    'aria-label="80\u202f% interval: effect by session"',
    'Range of the last 5 sessions',
    '2.0\u00a0sd below usual',
    'Friday',
    'miss the whole difference by 0.100\u202f% of it',
    '60.0\u202f%',
  ])
    expect(html).toContain(part)
})

test('an explanation whose parts do not add up within 1 % is not shown, and the page says so', async () => {
  const { db, text } = await marketApp()
  await explain(db, explanation(0.012))
  const html = await text('/tickers/ACME')
  expect(html).toContain('the parts miss the whole by 1.2\u202f%, more than 1\u202f%')
  expect(html).not.toContain('narrows the interval')
  expect(html).not.toContain('80\u202f% interval: effect by session')
  expect(html).toContain('Median: effect by session')
})

test('a forecast that was never explained has no such section', async () => {
  const { text } = await marketApp()
  expect(await text('/tickers/ACME')).not.toContain('What shaped this forecast')
})
