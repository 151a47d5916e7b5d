import { setImmediate } from 'node:timers/promises'
import type { Sql } from 'postgres'
import type { Db } from './database.js'

/** The connection below a drizzle database or transaction. */
const clientOf = (db: Db): Sql => (db._.session as unknown as { client: Sql }).client

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const BYTES_AT_ONCE = 64 * 1024

/**
 * Streams rows into a table by COPY (text format), in the order of `columns`; null is NULL. Use it in a transaction.
 *
 * @throws when the server refuses a row; the transaction is lost then.
 */
export async function copyRows(
  db: Db,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly (string | number | null)[]>,
): Promise<void> {
  const sql = clientOf(db)
  const stream = await sql`copy ${sql(table)} (${sql([...columns])}) from stdin`.writable()
  stream.on('error', () => {}) // The write that meets it rejects with it.
  const send = (text: string) =>
    new Promise<void>((done, fail) => stream.write(text, (error) => (error ? fail(error) : done())))
  let text = ''
  for (const row of rows) {
    text += `${row.map(cell).join('\t')}\n`
    if (text.length < BYTES_AT_ONCE) continue
    await send(text)
    text = ''
  }
  await send(text)
  stream.end()
  await setImmediate()
  await sql`select 1` // the driver says nothing of a refusal after the last row; the statement after it fails then
}

const cell = (value: string | number | null): string =>
  value === null
    ? '\\N'
    : typeof value === 'number'
      ? String(value)
      : value.replaceAll(/[\\\t\n\r]/g, (c) => ESCAPES[c]!)
