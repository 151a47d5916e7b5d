import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { inject, onTestFinished } from 'vitest'
import { connect, type Database } from '../../src/db/database.js'

/** A database of its own for a test, cloned from the migrated template, or from another one that nobody is using. */
export async function cloneDatabase(
  templateUrl: string = inject('templateUrl'),
): Promise<{ url: string; drop: () => Promise<void> }> {
  const template = new URL(templateUrl)
  const admin = new URL(template)
  admin.pathname = '/postgres'
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const sql = postgres(admin.href, { max: 1, onnotice: () => {} })
  await sql`create database ${sql(name)} template ${sql(template.pathname.slice(1))} strategy wal_log`
  template.pathname = `/${name}`
  return {
    url: template.href,
    drop: async () => {
      await sql`drop database ${sql(name)} with (force)`
      await sql.end()
    },
  }
}

/** A connected test database that goes away when the test ends. */
export const testDatabase = (): Promise<Database & { url: string }> => databaseFor(cloneDatabase)

/** The database that `clone` makes, connected, until the test ends. */
export async function databaseFor(clone: typeof cloneDatabase): Promise<Database & { url: string }> {
  const { url, drop } = await clone()
  const database = connect(url, 4)
  onTestFinished(async () => {
    await database.close()
    await drop()
  })
  return { ...database, url }
}
