import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/db/database.js'
import { forecasts, tickers } from '../../src/db/schema.js'
import { testDatabase } from '../support/testDatabase.js'

function freshDataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'mambacast-db-'))
  chmodSync(dir, 0o755)
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

test('an empty folder becomes a migrated database, and a second process shares its server', async () => {
  const dataDir = freshDataDir()
  const [first, second] = await Promise.all([openDatabase({ dataDir }), openDatabase({ dataDir })])
  await first.db
    .insert(tickers)
    .values({ symbol: 'A', provider: 'csv', exchange: 'XNYS', timezone: 'UTC', isSample: false })
  expect(await second.db.select().from(tickers)).toHaveLength(1)
  await first.close()
  expect(await second.db.select().from(tickers)).toHaveLength(1)
  await second.close()
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false)
  const third = await openDatabase({ dataDir })
  expect(await third.db.select().from(tickers)).toHaveLength(1)
  await third.close()
})

test('a folder whose server lost its power is used again, although another program has its process id now', async () => {
  const dataDir = freshDataDir()
  await (await openDatabase({ dataDir })).close()
  const cluster = join(dataDir, 'postgres')
  writeFileSync(join(cluster, 'postmaster.pid'), `1\n${cluster}\n0\n1\n\n127.0.0.1\n`)
  const again = await openDatabase({ dataDir })
  expect(await again.db.select().from(tickers)).toEqual([])
  await again.close()
})

test('the ledger refuses to update, delete or truncate', async () => {
  const { db, sql } = await testDatabase()
  await db.insert(tickers).values({ symbol: 'A', provider: 'csv', exchange: 'XNYS', timezone: 'UTC', isSample: false })
  const forecast = {
    ticker: 'A',
    asOf: '2024-01-02',
    target: '2024-01-03',
    model: 'zero@1',
    dataHash: 'h',
    forecaster: 'zero',
    origin: 'live' as const,
    lastClose: 1,
    mean: 0,
    quantiles: [0],
    pUp: 0.5,
    pLargeMove: 0.1,
    moveThresholdPct: 2,
  }
  await db.insert(forecasts).values(forecast)
  await expect(sql`update forecasts set mean = 1`).rejects.toThrow('append-only: UPDATE refused')
  await expect(sql`delete from forecasts`).rejects.toThrow('append-only: DELETE refused')
  await expect(sql`truncate forecasts`).rejects.toThrow('append-only: TRUNCATE refused')
  expect(await db.select().from(forecasts)).toHaveLength(1)
})

test('an unreachable database is one line without its password', async () => {
  const attempt = openDatabase({ url: 'postgres://someone:s3cret@127.0.0.1:1/db', dataDir: 'unused' })
  await expect(attempt).rejects.toThrow(/^cannot use the database at 127\.0\.0\.1:1\/db: /)
  await expect(attempt).rejects.not.toThrow(/s3cret/)
})
