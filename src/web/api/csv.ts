import { createHash } from 'node:crypto'
import type { Context } from 'hono'

export type Cell = string | number | boolean | null

/**
 * A cell as RFC 4180 wants it. Text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV
 * Injection"); numbers stay numbers.
 */
export function csvCell(value: Cell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export interface CsvFile {
  readonly name: string
  readonly columns: readonly string[]
  /** Lists of rows, read as they are sent. */
  readonly pages: AsyncIterable<readonly Readonly<Record<string, Cell>>[]>
  /** The same for the same rows (src/db/historyVersion.ts): the ETag is made of it, for they are never all at hand. */
  readonly version: string
}

/** A file to download, written as its rows are read. */
export function csvAnswer(c: Context, { name, columns, pages, version }: CsvFile): Response {
  async function* lines(): AsyncGenerator<Uint8Array> {
    const utf8 = new TextEncoder()
    yield utf8.encode(`${columns.join(',')}\r\n`)
    for await (const rows of pages)
      yield utf8.encode(
        rows.map((row) => `${columns.map((column) => csvCell(row[column] ?? null)).join(',')}\r\n`).join(''),
      )
  }
  return c.body(ReadableStream.from(lines()) as ReadableStream, 200, {
    'Content-Type': 'text/csv; charset=utf-8; header=present',
    'Content-Disposition': `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"; filename*=UTF-8''${encoded(name)}`,
    'Cache-Control': 'no-cache',
    ETag: `W/"${createHash('sha256').update(`${columns} ${version}`).digest('base64url').slice(0, 22)}"`,
  })
}

/** RFC 8187, section 3.2. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
