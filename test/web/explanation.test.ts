import { expect, test } from 'vitest'
import type { Explanation } from '../../src/domain/explanation.js'
import { attribution, explain, explanation } from '../support/explained.js'
import { marketApp } from '../support/marketApp.js'
import { LAST_SESSION } from '../support/marketFixture.js'

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

test('the API answers with the same numbers, and 404 where none were recorded', async () => {
  const { app, db } = await marketApp()
  const answer = () => app.request('/api/v1/tickers/ACME/explanation')
  expect((await answer()).status).toBe(404)
  await explain(db, explanation(0.0004))
  const { asOf, model, ...numbers } = (await (await answer()).json()) as Explanation & { asOf: string; model: string }
  expect([asOf, model]).toEqual([LAST_SESSION, 'ACME-live-9a27'])
  expect(numbers.features).toEqual(explanation(0).features)
  expect(numbers.width!.residual).toBe(0.0004)
  expect(numbers.median.sessions).toEqual(attribution(0).sessions.map(Math.fround))
})
