import { expect, test } from 'vitest'
import { findingsOf, findMissingSessions, staleTickers } from '../../src/db/quality.js'
import { testDatabase } from '../support/testDatabase.js'

const WEEK = ['2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-08']

async function market(sessionsOf: Record<string, readonly string[]>) {
  const database = await testDatabase()
  const { sql } = database
  for (const [symbol, sessions] of Object.entries(sessionsOf)) {
    await sql`insert into tickers ${sql({ symbol, provider: 'csv', exchange: 'XNYS', timezone: 'UTC', is_sample: false })}`
    const row = (session: string) => ({ ...{ ticker: symbol, session, open: 1, high: 1, low: 1, close: 1, volume: 1 } })
    const rows = sessions.map((session) => ({ ...row(session), ratio: 1, ratio_source: 'none', provider: 'csv' }))
    await sql`insert into bars ${sql(rows)}`
  }
  return database
}

test('a session that one ticker lacks and the others have is missing; a day that nobody has is a holiday', async () => {
  const { db } = await market({ A: WEEK, B: WEEK, C: WEEK.filter((session) => session !== '2024-01-04') })
  expect(await findMissingSessions(db, 'XNYS', 250)).toEqual([{ ticker: 'C', session: '2024-01-04' }])
  expect(await findingsOf(db, 'C')).toEqual([{ session: '2024-01-04', kind: 'missing_session', value: 1 }])
})

test('a session that has come since is missing no longer', async () => {
  const { db, sql } = await market({ A: WEEK, B: WEEK, C: WEEK.filter((session) => session !== '2024-01-04') })
  await findMissingSessions(db, 'XNYS', 250)
  await sql`insert into bars (ticker, session, open, high, low, close, volume, ratio, ratio_source, provider)
    values ('C', '2024-01-04', 1, 1, 1, 1, 1, 1, 'none', 'csv')`
  expect(await findMissingSessions(db, 'XNYS', 250)).toEqual([])
  expect(await findingsOf(db, 'C')).toEqual([])
})

test('a bar that only one ticker has makes no session, and two tickers make no calendar', async () => {
  const odd = await market({ A: [...WEEK.slice(0, 4), '2024-01-06', '2024-01-08'], B: WEEK, C: WEEK })
  expect(await findMissingSessions(odd.db, 'XNYS', 250)).toEqual([])
  const two = await market({ A: WEEK, B: WEEK.filter((session) => session !== '2024-01-04') })
  expect(await findMissingSessions(two.db, 'XNYS', 250)).toEqual([])
})

test('what a ticker had before it was listed or lacks at its end is not missing', async () => {
  const { db } = await market({ A: WEEK, B: WEEK, C: WEEK.slice(2), D: WEEK.slice(0, 2) })
  expect(await findMissingSessions(db, 'XNYS', 250)).toEqual([])
})

test('a ticker whose bars end before those of its exchange is behind by so many sessions', async () => {
  const { db } = await market({ A: WEEK, B: WEEK.slice(0, 3) })
  expect([...(await staleTickers(db))]).toEqual([['B', 2]])
})
