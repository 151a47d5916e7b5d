import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { UserError } from '../domain/errors.js'
import { embeddedServer } from './embeddedServer.js'
import { Lease } from './lease.js'
import { installQueue, Queue } from './queue.js'
import * as schema from './schema.js'

export type Db = PostgresJsDatabase<typeof schema>

export interface Database {
  readonly db: Db
  /** The same connections for statements that come again and again: each parses and plans them once, and keeps them. */
  readonly prepared: Db
  readonly sql: postgres.Sql
  readonly queue: Queue
  /** A connection of its own whose locks say what this process is at work on. */
  openLease(onLost: () => void): Lease
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** A PostgreSQL URL; without one the embedded server of `dataDir` is used. */
  readonly url?: string | undefined
  readonly dataDir: string
  /** Connections at most. */
  readonly poolSize?: number
}

/** Any fixed number: every mambacast process that migrates takes this advisory lock first. */
const MIGRATION_LOCK = 7_204_021

const migrationsFolder = join(import.meta.dirname, '../../migrations')

/**
 * Connects to the configured or the embedded server and brings its schema up to date.
 *
 * @throws UserError when the server cannot be reached; the message holds no password.
 */
export async function openDatabase({ url, dataDir, poolSize = 10 }: DatabaseOptions): Promise<Database> {
  const embedded = url ? undefined : await embeddedServer({ dataDir })
  const address = url ?? embedded!.url
  const applicationName = `mambacast-${randomUUID()}`
  const database = connect(address, poolSize, applicationName)
  try {
    await migrateUnderLock(address, applicationName)
  } catch (cause) {
    await database.close()
    await embedded?.release(applicationName)
    throw unreachable(address, cause)
  }
  return {
    ...database,
    close: async () => {
      await database.close()
      await embedded?.release(applicationName)
    },
  }
}

/** A pool without migration: for tests and for tools that know the schema is current. */
export function connect(url: string, poolSize = 10, applicationName = 'mambacast'): Database {
  const sql = postgres(url, { max: poolSize, onnotice: () => {}, connection: { application_name: applicationName } })
  return {
    sql,
    db: drizzle(sql, { schema }),
    prepared: drizzle(preparing(sql), { schema }),
    queue: new Queue(sql),
    openLease: (onLost) => new Lease(url, applicationName, onLost),
    close: () => sql.end({ timeout: 5 }),
  }
}

/** Drizzle asks for a statement to be kept by name only where it builds it itself: `sql` is never kept then. */
const preparing = (sql: postgres.Sql): postgres.Sql =>
  Object.create(sql, {
    unsafe: {
      value: (...[text, values, options]: Parameters<postgres.Sql['unsafe']>) =>
        sql.unsafe(text, values, { ...options, prepare: true }),
    },
  })

/** Applies pending migrations; processes that start together wait for one another. */
export async function migrateUnderLock(url: string, applicationName = 'mambacast'): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: applicationName } })
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`
    await migrate(drizzle(sql), { migrationsFolder })
    await installQueue(sql)
  } finally {
    await sql.end()
  }
}

function unreachable(url: string, cause: unknown): UserError {
  let where = 'the database'
  try {
    const { host, pathname } = new URL(url)
    where = `${host}${pathname}`
  } catch {
    return new UserError('DATABASE_URL is not a URL: expected postgres://user:password@host:5432/database', {
      exitCode: 2,
    })
  }
  return new UserError(
    `cannot use the database at ${where}: ${(cause as Error).message || (cause as { code?: string }).code}`,
    { cause },
  )
}
