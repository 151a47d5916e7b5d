import { z } from 'zod'
import type { Db } from '../../db/database.js'
import { barsVersion, ledgerVersion } from '../../db/historyVersion.js'
import {
  barPage,
  type ExportedBar,
  errorPage,
  type ForecastError,
  type HistoryPart,
  type LedgerEntry,
  ledgerCursor,
  ledgerPage,
} from '../../db/ledgerPages.js'
import { listedTicker } from '../../db/tickerPage.js'
import { QUANTILE_LEVELS } from '../../domain/forecast.js'
import { type Cell, csvAnswer } from './csv.js'
import { type Endpoint, endpoint } from './endpoint.js'
import { joined, page, pageOf, pageQuery, split } from './paging.js'
import { barSchema, errorSchema, ledgerSchema } from './schemas.js'
import { ofTicker } from './tickerEndpoints.js'
import { plainText, sessionDate } from './values.js'

const group = 'History and exports'
/** Rows, or sessions, that are read at once for a file. */
const CHUNK = 1_000
const CSV = 'text/csv'

const partQuery = z.object({
  from: sessionDate.optional().describe('First session.'),
  to: sessionDate.optional().describe('Last session.'),
})
const ledgerQuery = partQuery.extend({ forecaster: plainText.max(100).optional() })
const dayCursor = z.object({ cursor: sessionDate.optional().describe(pageQuery.shape.cursor.description!) })
const ledgerKey = z.tuple([sessionDate, sessionDate, plainText, plainText])

/** Bars, the ledger and its errors, newest first: as JSON in pages, or whole as CSV. */
export function exportEndpoints(db: Db): Endpoint[] {
  const isKnown = async (symbol: string) => (await listedTicker(db, symbol)) !== undefined
  return [
    endpoint({
      ...{
        path: '/tickers/{symbol}/bars',
        group,
        summary: 'Bars as they came, newest first.',
        answer: pageOf(barSchema),
      },
      ...{ params: ofTicker, query: partQuery.extend(pageQuery.shape).extend(dayCursor.shape) },
      handle: async ({ params: { symbol }, query }, c) => {
        if (!(await isKnown(symbol))) return undefined
        const found = await barPage(db, symbol, { ...query, limit: query.limit + 1 }, query.cursor)
        return page(c, found, query.limit, ({ session }) => session)
      },
    }),
    endpoint({
      ...{
        path: '/tickers/{symbol}/forecasts',
        group,
        summary: 'Every row of the ledger, also those that no longer count, newest first.',
      },
      ...{ params: ofTicker, query: ledgerQuery.extend(pageQuery.shape), answer: pageOf(ledgerSchema) },
      handle: async ({ params: { symbol }, query }, c) => {
        if (!(await isKnown(symbol))) return undefined
        const after = split(query.cursor, ledgerKey)
        const found = await ledgerPage(db, symbol, { ...query, limit: query.limit + 1 }, after)
        return page(c, found, query.limit, (last) => joined(ledgerCursor(last)))
      },
    }),
    endpoint({
      ...{
        path: '/tickers/{symbol}/errors',
        group,
        summary: 'Errors of the forecasts that count, newest first; limit counts sessions.',
      },
      ...{
        params: ofTicker,
        query: ledgerQuery.extend(pageQuery.shape).extend(dayCursor.shape),
        answer: pageOf(errorSchema),
      },
      handle: async ({ params: { symbol }, query }, c) => {
        if (!(await isKnown(symbol))) return undefined
        const found = await errorPage(db, symbol, { ...query, limit: query.limit + 1 }, query.cursor)
        const sessions = page(c, [...new Set(found.map(({ asOf }) => asOf))], query.limit, (last) => last)
        const shown = new Set(sessions.items)
        return { items: found.filter(({ asOf }) => shown.has(asOf)), next: sessions.next }
      },
    }),
    file({
      ...{
        name: 'bars',
        query: partQuery,
        columns: Object.keys(barSchema.shape),
        cells: (bar: ExportedBar) => ({ ...bar }),
      },
      read: (symbol, part, last) => barPage(db, symbol, part, last?.session),
      version: barsVersion,
    }),
    file({
      ...{ name: 'forecasts', query: ledgerQuery, columns: LEDGER_COLUMNS, cells: ledgerCells },
      read: (symbol, part, last) => ledgerPage(db, symbol, part, last && ledgerCursor(last)),
      version: ledgerVersion,
    }),
    file({
      ...{ name: 'errors', query: ledgerQuery, columns: Object.keys(errorSchema.shape) },
      cells: (error: ForecastError) => ({ ...error }),
      read: (symbol, part, last) => errorPage(db, symbol, part, last?.asOf),
      version: ledgerVersion,
    }),
  ]

  function file<T>({ name, query, columns, cells, read, version }: FileOf<T>): Endpoint {
    return endpoint({
      ...{ path: `/tickers/{symbol}/${name}.csv`, group, summary: `All ${name} as CSV, newest first.`, answer: CSV },
      ...{ params: ofTicker, query },
      handle: async ({ params: { symbol }, query: part }, c) => {
        if (!(await isKnown(symbol))) return undefined
        async function* pages() {
          let last: T | undefined
          do {
            const rows: readonly T[] = await read(symbol, { ...part, limit: CHUNK }, last)
            yield rows.map(cells)
            last = rows.at(-1)
          } while (last !== undefined)
        }
        const rows = await version(db, symbol, part) // before they are read: a file is never older than its tag
        return csvAnswer(c, { name: `${symbol}-${name}.csv`, columns, pages: pages(), version: rows })
      },
    })
  }
}

interface FileOf<T> {
  readonly name: string
  readonly query: typeof ledgerQuery | typeof partQuery
  readonly columns: readonly string[]
  readonly cells: (row: T) => Readonly<Record<string, Cell>>
  /** The rows after `last`, or the first ones. */
  readonly read: (
    symbol: string,
    part: HistoryPart & { readonly forecaster?: string | undefined },
    last: T | undefined,
  ) => Promise<readonly T[]>
  /** One string for equal rows. */
  readonly version: typeof ledgerVersion
}

const LEVEL_COLUMNS = QUANTILE_LEVELS.map((level) => `q${level}`)
const LEDGER_COLUMNS = Object.keys(ledgerSchema.shape).flatMap((name) =>
  name === 'quantiles' ? LEVEL_COLUMNS : [name],
)

const ledgerCells = ({ quantiles, ...entry }: LedgerEntry): Record<string, Cell> => ({
  ...entry,
  ...Object.fromEntries(LEVEL_COLUMNS.map((name, i) => [name, quantiles[i]!])),
})
