import { eq } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/db/database.js'
import { marketReturns } from '../../src/db/marketReturns.js'
import { overviewRows } from '../../src/db/overview.js'
import { recentCloses } from '../../src/db/recentCloses.js'
import { tickers } from '../../src/db/schema.js'
import { cloneMarket, LAST_SESSION, NEXT_SESSION } from '../support/marketFixture.js'

async function market() {
  const { url, drop } = await cloneMarket()
  const database = connect(url, 2)
  onTestFinished(async () => {
    await database.close()
    await drop()
  })
  return database
}

test('every active ticker has one row with its newest bar, forecast, verdict and figures', async () => {
  const { db } = await market()
  const rows = await overviewRows(db, 'mamba', 60)
  expect(rows.map(({ symbol }) => symbol)).toEqual(['ACME', 'BOREAL', 'SAMPLE-A'])
  const [acme, boreal, sample] = rows
  expect(acme).toMatchObject({
    lastBar: { session: LAST_SESSION },
    forecast: { asOf: LAST_SESSION, target: NEXT_SESSION, forecaster: 'mamba', origin: 'live' },
    verdict: { distributionSkill: true },
    last: { session: LAST_SESSION },
    isPaused: false,
  })
  expect(Object.keys(acme!.figures)).toEqual(['mamba', acme!.verdict!.strongestBaseline])
  expect(Object.keys(boreal!.figures)).toHaveLength(8)
  expect(acme!.figures.mamba!.n).toBe(60)
  expect(boreal!.verdict).toBeNull()
  expect(sample!.isSample).toBe(true)
})

test('a ticker that is not followed any more is left out; one without data stays, empty', async () => {
  const { db } = await market()
  await db.update(tickers).set({ active: false }).where(eq(tickers.symbol, 'BOREAL'))
  await db
    .insert(tickers)
    .values({ symbol: 'NEW', provider: 'csv', exchange: 'XNYS', timezone: 'UTC', isSample: false })
  const rows = await overviewRows(db, 'mamba', 60)
  expect(rows.map(({ symbol }) => symbol)).toEqual(['ACME', 'NEW', 'SAMPLE-A'])
  expect(rows[1]).toMatchObject({ lastBar: null, forecast: null, verdict: null, figures: {} })
})

test('no query of the overview reads a table from end to end', async () => {
  const { sql } = await market()
  await sql`analyze`
  for (const [table, condition] of [
    ['outcomes', "session > '2025-05-30'"],
    ['bars', "ticker = 'ACME' order by session desc limit 1"],
    ['forecasts', "ticker = 'ACME' and forecaster = 'mamba' order by as_of desc, (origin <> 'live'), made_at limit 1"],
    ['scores', `ticker = 'ACME' and forecaster = 'mamba' and "window" = 60 order by as_of desc limit 1`],
  ]) {
    const plan = await sql.unsafe(`explain select * from ${table} where ${condition}`)
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).not.toContain('Seq Scan')
  }
})

test('the market moves by the mean return of its active tickers, and the last closes come oldest first', async () => {
  const { db, sql } = await market()
  const days = await marketReturns(db, LAST_SESSION, 30, false)
  const [last] = await sql`
    select avg(return_pct)::float8 as mean from outcomes where session = ${LAST_SESSION} and ticker <> 'SAMPLE-A'`
  expect(days.at(-1)).toEqual({ session: LAST_SESSION, meanPct: last!.mean, tickers: 1 })
  expect(days[0]!.session > '2025-05-14').toBe(true)
  const closes = await recentCloses(db, ['ACME', 'SAMPLE-A'], 5)
  const bars = await sql`select adjusted_close from bars where ticker = 'ACME' order by session desc limit 5`
  expect(closes.get('ACME')).toEqual(bars.map((bar) => bar.adjusted_close).reverse())
  expect(closes.get('SAMPLE-A')).toHaveLength(5)
})
