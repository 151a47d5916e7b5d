import { expect, test } from 'vitest'
import { marketApp } from '../support/marketApp.js'

test('what stands out in the bars is told in words, with who served them', async () => {
  const { sql, text } = await marketApp()
  const [{ symbol }] = (await sql`select ticker as symbol from quality_reports limit 1`) as unknown as [
    { symbol: string },
  ]
  const finding = (session: string, kind: string, value: number) => ({ ticker: symbol, session, kind, value })
  const findings = [finding('2024-01-02', 'price_jump', Math.log(2)), finding('2024-01-03', 'missing_session', 1)]
  await sql`insert into quality_findings ${sql(findings)}`
  await sql`insert into source_states ${sql({ ticker: symbol, provider: 'stooq', served_at: '2020-01-01T00:00:00Z' })}`
  const page = await text(`/tickers/${encodeURIComponent(symbol)}`)
  expect(page).toContain('price × 2.00 in one session')
  expect(page).toContain('missing, though its exchange was open')
  expect(page).toMatch(/Served by stooq \(<time[^>]*>1 Jan 2020, 00:00 UTC<\/time>\)/)
})
