import { expect, test } from 'vitest'
import { copyRows } from '../../src/db/copyRows.js'
import { testDatabase } from '../support/testDatabase.js'

const columns = ['ticker', 'session', 'kind', 'value']
const ticker = (symbol: string) => ({
  ...{ symbol, provider: 'csv', exchange: 'XNYS', timezone: 'UTC', is_sample: false },
})

test('rows arrive as they are, whatever characters they hold', async () => {
  const { db, sql } = await testDatabase()
  const odd = 'tab\tnew\nline\\back\rslash'
  await sql`insert into tickers ${sql(ticker(odd))}`
  const rows = Array.from({ length: 5_000 }, (_, i) => [odd, '2024-01-02', `k${i}`, i / 7])
  await db.transaction((tx) => copyRows(tx, 'quality_findings', columns, rows))
  const [sum] = await sql`select count(*)::int as n, sum(value) as total from quality_findings where ticker = ${odd}`
  expect(sum!.n).toBe(5_000)
  expect(sum!.total).toBeCloseTo((4_999 * 5_000) / 14, 6)
})

test.each([
  ['at the end', 3],
  ['long before the end', 200_000],
])('a row that is refused %s is an error, and nothing is stored', async (_, more) => {
  const { db, sql } = await testDatabase()
  await sql`insert into tickers ${sql(ticker('T'))}`
  function* rows() {
    yield ['T', '2024-01-02', 'same', 1]
    yield ['T', '2024-01-02', 'same', 1]
    for (let i = 0; i < more; i++) yield ['T', '2024-01-03', `k${i}`, i]
  }
  await expect(db.transaction((tx) => copyRows(tx, 'quality_findings', columns, rows()))).rejects.toThrow()
  expect(await sql`select 1 from quality_findings`).toEqual([])
})
