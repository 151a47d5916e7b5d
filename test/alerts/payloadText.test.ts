import { expect, test } from 'vitest'
import { digestPayload } from '../../src/alerts/digest.js'
import { forecastPayload, incidentPayload, settledPayload } from '../../src/alerts/payloads.js'
import { MAX_BODY_BYTES, payloadText } from '../../src/alerts/payloadText.js'
import { forecastFacts } from '../support/forecastFacts.js'

const context = { publicUrl: 'https://cast.example.com', now: new Date('2025-06-13T22:00:00Z') }
const facts = forecastFacts()
const reason = { rule: 'skill' as const, value: 1, limit: 1, sentence: 'Because.' }

test('a large move says why, with figures, interval, verdict and link', () => {
  const body = JSON.parse(payloadText(forecastPayload('forecast.large_move', facts, [reason], context)))
  expect(body).toMatchObject({
    ...{ type: 'forecast.large_move', timestamp: '2025-06-13T22:00:00.000Z' },
    data: {
      ...{ ticker: 'ACME', as_of: '2025-06-13', target: '2025-06-16', reasons: [reason], own_volatility_pct: 2 },
      ...{ link: 'https://cast.example.com/tickers/ACME', verdict: null },
      forecast: { mean_pct: 1.2, median_pct: 1.2, interval_80_pct: [0.1, 2.5], interval_95_pct: [-2, 4] },
    },
  })
  expect(body.data.text).toContain('too few forecasts have been settled')
})

test('a settled forecast says what happened to what was said', () => {
  const settled = { forecast: facts.forecast, session: '2025-06-16', returnPct: 3 }
  const { data } = settledPayload(settled, facts, context)
  expect(data.title).toBe('ACME: +3.00 % on 2025-06-16, inside the 95 % interval only')
  expect(data).toMatchObject({ outcome: { return_pct: 3, inside_80: false, inside_95: true } })
})

test('sample data are named as such', () => {
  const { data } = forecastPayload('forecast.created', forecastFacts({}, { isSample: true }), [], context)
  expect(data.title).toContain('(sample data)')
  expect(data.is_sample).toBe(true)
})

test('no body reaches 20 kB, whatever is in it', () => {
  const one = forecastPayload('forecast.created', facts, [{ ...reason, sentence: 'x'.repeat(2_000) }], context)
  const digest = digestPayload(
    Array.from({ length: 500 }, () => one),
    context,
  )
  expect(Buffer.byteLength(payloadText(digest))).toBeLessThan(MAX_BODY_BYTES)
  expect(digest.data).toMatchObject({ count: 500 })
  const incident = {
    type: 'run.failed' as const,
    subject: 's',
    title: 't',
    text: '€'.repeat(50_000),
    ticker: null,
    exchange: null,
  }
  const failed = incidentPayload(
    { ...incident, details: { lines: Array.from({ length: 40 }, () => 'y'.repeat(2_000)) } },
    false,
    context,
  )
  expect(Buffer.byteLength(payloadText(failed))).toBeLessThan(MAX_BODY_BYTES)
})
