import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/db/database.js'
import { pitHistogram } from '../../src/db/pitHistogram.js'
import { tickerAlerts } from '../../src/db/tickerAlerts.js'
import { displayBars } from '../../src/db/tickerHistory.js'
import { cloneMarket, LAST_SESSION, SPLIT_SESSION } from '../support/marketFixture.js'

async function market() {
  const { url, drop } = await cloneMarket()
  const database = connect(url, 2)
  onTestFinished(async () => {
    await database.close()
    await drop()
  })
  return database
}

test('every settled forecast is counted once, between the quantiles that its outcome fell among', async () => {
  const { db, sql } = await market()
  const { n, counts } = await pitHistogram(db, 'ACME', 'mamba', 60)
  expect(n).toBe(60)
  expect(counts).toHaveLength(10)
  const rows = await sql`
    select distinct on (f.as_of) f.quantiles, o.return_pct from forecasts f
    join outcomes o on o.ticker = f.ticker and o.as_of = f.as_of
    where f.ticker = 'ACME' and f.forecaster = 'mamba' order by f.as_of desc, (origin <> 'live'), made_at limit 60`
  const expected = counts.map(() => 0)
  for (const { quantiles, return_pct } of rows)
    expected[quantiles.filter((quantile: number) => return_pct >= quantile).length]! += 1
  expect(counts).toEqual(expected)
  expect(await pitHistogram(db, 'NOBODY', 'mamba', 60)).toEqual({ n: 0, counts: counts.map(() => 0) })
})

test('bars before a split are shown on the price basis of the newest one, all four prices of them', async () => {
  const { db, sql } = await market()
  const bars = await displayBars(db, 'ACME', { months: null })
  const before = bars.find(({ session }) => session < SPLIT_SESSION)!
  const [stored] = await sql`select * from bars where ticker = 'ACME' and session = ${before.session}`
  expect(before).toEqual({
    ...{ session: before.session, volume: stored!.volume, factor: 0.5 },
    ...{ open: stored!.open / 2, high: stored!.high / 2, low: stored!.low / 2, close: stored!.close / 2 },
  })
  expect(bars.at(-1)).toMatchObject({ session: LAST_SESSION, factor: 1 })
})

test('the newest alerts about one ticker come by an index, without those about others', async () => {
  const { db, sql } = await market()
  const [endpoint] = await sql`
    insert into alert_endpoints (name, channel, address, sealed) values ('Desk', 'webhook', 'https://desk', '\\x00') returning id`
  await sql`
    insert into alerts (id, endpoint_id, subject, payload, due_at, created_at)
    select 'msg_' || i, ${endpoint!.id}, i::text, jsonb_build_object('type', 'forecast.created', 'data', jsonb_build_object(
      'title', 'Title ' || i, 'ticker', case i % 500 when 0 then 'ACME' else 'T' || i end)), now(), now() + i * interval '1 second'
    from generate_series(1, 5000) i`
  const found = await tickerAlerts(db, 'ACME', 3)
  expect(found.map(({ title }) => title)).toEqual(['Title 5000', 'Title 4500', 'Title 4000'])
  expect(found[0]).toMatchObject({ endpoint: 'Desk', channel: 'webhook', status: 'pending' })
  await sql`analyze alerts`
  const plan = await sql`
    explain select * from alerts where (payload -> 'data' ->> 'ticker') = 'ACME' order by created_at desc limit 3`
  expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('alerts_ticker_created')
})
