import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { changesSince, purgeChanges, type Seen } from '../../src/db/changes.js'
import { connect, type Db } from '../../src/db/database.js'
import { pauseTicker } from '../../src/db/tickerPauses.js'
import { deactivateTicker, saveTicker } from '../../src/db/tickers.js'
import { testDatabase } from '../support/testDatabase.js'

const ticker = { provider: 'csv', location: null, exchange: 'XNYS', timezone: 'UTC', isSample: false, active: true }
const run = '00000000-0000-4000-8000-000000000001'

/** Tables that no page shows, and why. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  changes: 'tells of the others',
  sessions: 'who may see something is asked anew for each request',
  login_failures: 'asked anew for each login',
  alert_states: 'what alerts go by',
  alert_budget: 'what alerts go by',
  ticker_dues: 'what the schedule goes by',
  exchange_successes: 'only in /metrics, which is not kept',
  training_states: 'what trainings go on from',
  model_states: 'what forecasts go on from',
  panels: 'what trainings go on from',
  trial_forecasts: 'trials show what their test says',
  bar_revisions: 'only in the audit',
  corporate_actions: 'what adjustment goes by: bars show what it came to',
  rebases: 'what adjustment goes by: bars show what it came to',
  series: 'what models learn from',
  series_values: 'what models learn from',
}

/** Asks again and again what has changed since the time before. */
async function watched(db: Db) {
  let seen: Seen | undefined
  const news = async () => {
    const changes = await changesSince(db, seen)
    seen = changes.seen
    return changes.about && [...changes.about].sort()
  }
  await news()
  return news
}

test('every table is watched, or nobody shows it', async () => {
  const { sql: query } = await testDatabase()
  const rows = await query<{ name: string; events: string[] }[]>`
    select c.relname as name, array_remove(array_agg(distinct t.tgname::text order by t.tgname::text), null) as events
    from pg_class c left join pg_trigger t on t.tgrelid = c.oid and t.tgname ~ '^note_[a-z]+$'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') group by 1 order by 1`
  const all = ['note_delete', 'note_insert', 'note_truncate', 'note_update']
  expect(rows.filter(({ events }) => events.length > 0).map(({ events }) => events)).toEqual(
    rows.filter(({ name }) => !(name in NOT_SHOWN)).map(() => all),
  )
  expect(rows.filter(({ events }) => events.length === 0).map(({ name }) => name)).toEqual(
    Object.keys(NOT_SHOWN).sort(),
  )
})

test('every column of a watched table counts but for two', async () => {
  const { sql: query } = await testDatabase()
  const missed = await query`
    select c.relname as table, a.attname as column from pg_class c
    join pg_proc p on p.proname = 'note_' || c.relname and p.prosrc !~ 'SELECT \\* FROM new_rows'
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and p.prosrc !~ ('\\m' || a.attname || '\\M')
    where c.relnamespace = 'public'::regnamespace order by 1, 2`
  expect([...missed]).toEqual([
    { table: 'models', column: 'weights' },
    { table: 'runs', column: 'heartbeat_at' },
  ])
})

test('a write is told once, by the ticker it is about', async () => {
  const { db } = await testDatabase()
  const news = await watched(db)
  await saveTicker(db, { ...ticker, symbol: 'A' })
  await saveTicker(db, { ...ticker, symbol: 'B' })
  expect(await news()).toEqual(['A', 'B'])
  expect(await news()).toEqual([])
  await pauseTicker(db, 'A', new Date(0))
  expect(await news()).toEqual(['A'])
})

test('a statement that touches no row, or leaves all as it was, is no change', async () => {
  const { db } = await testDatabase()
  const news = await watched(db)
  await saveTicker(db, { ...ticker, symbol: 'A' })
  expect(await news()).toEqual(['A'])
  await saveTicker(db, { ...ticker, symbol: 'A' })
  await deactivateTicker(db, 'unknown')
  expect(await news()).toEqual([])
})

test('what is rolled back never was, also within a transaction that goes on', async () => {
  const { db } = await testDatabase()
  const news = await watched(db)
  const back = new Error('back')
  const undone = (tx: Db, symbol: string) =>
    tx
      .transaction(async (part) => {
        await saveTicker(part, { ...ticker, symbol })
        throw back
      })
      .catch((error) => expect(error).toBe(back))
  await undone(db, 'A')
  await db.transaction(async (tx) => {
    await undone(tx, 'B')
    await saveTicker(tx, { ...ticker, symbol: 'C' })
    await undone(tx, 'C')
  })
  expect(await news()).toEqual(['C'])
})

test('a transaction that began first and ends last is told of when it ends', async () => {
  const { db, url } = await testDatabase()
  const news = await watched(db)
  const other = connect(url, 1)
  try {
    await db.transaction(async (tx) => {
      await saveTicker(tx, { ...ticker, symbol: 'EARLY' })
      await saveTicker(other.db, { ...ticker, symbol: 'LATE' })
      expect(await news()).toEqual(['LATE'])
    })
    expect(await news()).toEqual(['EARLY'])
  } finally {
    await other.close()
  }
})

test('writers side by side do not wait for one another', async () => {
  const { db, url } = await testDatabase()
  for (const symbol of ['A', 'B']) await saveTicker(db, { ...ticker, symbol })
  const other = connect(url, 1)
  try {
    await other.sql`set lock_timeout = '1ms'`
    await db.transaction(async (tx) => {
      await pauseTicker(tx, 'A', new Date(0))
      await purgeChanges(tx)
      await pauseTicker(other.db, 'B', new Date(0))
      await purgeChanges(other.db)
    })
  } finally {
    await other.close()
  }
})

test('a heartbeat is no change; the state of a run is one of the tickers it still works on', async () => {
  const { db, sql: query } = await testDatabase()
  const news = await watched(db)
  await query`insert into runs (id, trigger, status) values (${run}, 'cli', 'running')`
  await query`insert into run_tickers (run_id, ticker, progress, facts, finished_at) values
    (${run}, 'A', '{"stage":"train"}', '{}', null), (${run}, 'B', '{"stage":"done"}', '{}', now())`
  expect(await news()).toEqual(['', 'A', 'B'])
  await query`insert into run_tickers (run_id, ticker, progress, facts) values (${run}, 'C', '{"stage":"waiting"}', '{}')`
  expect(await news()).toEqual([''])
  await query`update run_tickers set progress = '{"stage":"train"}' where ticker = 'C'`
  expect(await news()).toEqual(['', 'C'])
  await query`update run_tickers set progress = '{"stage":"waiting"}', log = '[{"stage":"train"}]' where ticker = 'C'`
  expect(await news()).toEqual(['C'])
  await query`delete from run_tickers where ticker = 'C'`
  expect(await news()).toEqual(['C'])
  await query`update runs set heartbeat_at = now() + interval '1 minute'`
  expect(await news()).toEqual([])
  await query`update runs set status = 'cancelled'`
  expect(await news()).toEqual(['', 'A'])
  await query`delete from runs`
  expect(await news()).toEqual(['', 'A', 'B'])
})

test('truncating a table may change anything', async () => {
  const { db, sql: query } = await testDatabase()
  const news = await watched(db)
  await query`truncate scores`
  expect(await news()).toEqual(['*'])
})

test('who has not looked for longer than changes are kept is told that anything may have changed', async () => {
  const { db, sql: query } = await testDatabase()
  const [late, recent] = [await watched(db), await watched(db)]
  const age = () => query`update changes set at = now() - interval '2 hours'`
  await saveTicker(db, { ...ticker, symbol: 'A' })
  await saveTicker(db, { ...ticker, symbol: 'B' })
  expect(await recent()).toEqual(['A', 'B'])
  await age()
  await purgeChanges(db)
  expect(await query`select about from changes`).toEqual([{ about: 'B' }])
  await saveTicker(db, { ...ticker, symbol: 'C' })
  expect(await recent()).toEqual(['C'])
  expect(await late()).toBeNull()
  expect(await late()).toEqual([])
})

test('changes of an hour stay', async () => {
  const { db, sql: query } = await testDatabase()
  for (const symbol of ['A', 'B', 'C']) await saveTicker(db, { ...ticker, symbol })
  await purgeChanges(db)
  expect((await query`select about from changes order by xid`).map(({ about }) => about)).toEqual(['*', 'A', 'B', 'C'])
})

test('a backup that was restored here disturbs nothing for long', async () => {
  const { db, sql: query } = await testDatabase()
  await query`insert into changes (xid, about) values ((pg_current_xact_id()::text::bigint + 1000000)::text::xid8, 'Z')`
  await purgeChanges(db)
  const news = await watched(db)
  await saveTicker(db, { ...ticker, symbol: 'A' })
  expect(await news()).toEqual(['A'])
  await db.execute(sql`drop table changes; create table changes (xid xid8 default pg_current_xact_id(), about text)`)
  await db.execute(sql`create unique index on changes (xid, about)`)
  expect(await news()).toBeNull()
})
