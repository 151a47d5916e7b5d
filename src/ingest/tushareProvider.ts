import { z } from 'zod'
import type { CorporateAction } from '../domain/corporateAction.js'
import { latestSession } from './checkBar.js'
import { readLayout } from './csv/layout.js'
import { parseRow } from './csv/parseRow.js'
import type { HttpClient } from './http/httpClient.js'
import { HttpFailure, quote } from './http/httpFailure.js'
import { readJson } from './http/readJson.js'
import { httpProvider, requireKey } from './httpProvider.js'
import type { FetchRequest, Provider, ProviderResult } from './provider.js'
import { RowCollector } from './rowCollector.js'

export interface TushareSettings {
  readonly baseUrl: string
  readonly token?: string | undefined
  /** Rows of one answer at most; more are asked for page by page. */
  readonly pageSize: number
  readonly requestsPerSecond?: number | undefined
}

export const DEFAULT_TUSHARE: TushareSettings = {
  baseUrl: 'https://api.tushare.pro',
  pageSize: 5_000,
  requestsPerSecond: 3,
}

type Cell = string | number | null
type Row = Readonly<Record<string, Cell>>

const answerSchema = z.object({
  code: z.number(),
  msg: z.string().nullish(),
  data: z
    .object({
      fields: z.array(z.string()),
      items: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
      has_more: z.boolean().optional(),
    })
    .nullish(),
})

const FIELDS = {
  daily: 'ts_code,trade_date,open,high,low,close,pre_close,vol,amount',
  daily_basic:
    'ts_code,trade_date,turnover_rate,turnover_rate_f,volume_ratio,pe,pe_ttm,pb,ps,ps_ttm,dv_ratio,dv_ttm,total_share,float_share,free_share,total_mv,circ_mv',
  adj_factor: 'ts_code,trade_date,adj_factor',
} as const
type Api = keyof typeof FIELDS

const A_MINUTE_MS = 60_000

/**
 * Daily bars of Tushare Pro: `daily` with its adjusted previous close, the figures of `daily_basic` as extras, and
 * adjustments from `adj_factor`. The columns and units of the seeds' files.
 */
export function createTushareProvider({
  client,
  settings,
}: {
  client: HttpClient
  settings: TushareSettings
}): Provider {
  return httpProvider({
    name: 'tushare',
    precision: 0,
    async fetchBars(request) {
      const token = requireKey('tushare', settings.token, 'TUSHARE_TOKEN')
      const table = (api: Api) => fetchTable(client, { ...settings, token }, api, request)
      const [daily, basic, factors] = [await table('daily'), await table('daily_basic'), await table('adj_factor')]
      return readTables(daily, basic, factors, request)
    },
  })
}

async function fetchTable(
  client: HttpClient,
  { baseUrl, token, pageSize, requestsPerSecond }: TushareSettings & { token: string },
  api: Api,
  { symbol, now, since, signal }: FetchRequest,
): Promise<Row[]> {
  const name = `tushare ${symbol} ${api}`
  const rows: Row[] = []
  for (let more = true; more; ) {
    const range = { start_date: compact(since ?? '19900101'), end_date: compact(now.toISOString()) }
    const params = { ts_code: symbol.toUpperCase(), ...range, offset: rows.length, limit: pageSize }
    const body = { api_name: api, token, params, fields: FIELDS[api] }
    const page = await client.send({ url: baseUrl, name, body, requestsPerSecond, signal }, (answer) => {
      const { code, msg, data } = readJson(answer, name, answerSchema)
      if (code !== 0) throw codeFailure(name, code, msg ?? '')
      const { fields, items, has_more } = data ?? { fields: [], items: [] }
      const named = items.map((cells): Row => Object.fromEntries(fields.map((field, i) => [field, cells[i] ?? null])))
      return { rows: named, more: has_more ?? items.length >= pageSize }
    })
    rows.push(...page.rows)
    more = page.more && page.rows.length > 0
  }
  return rows
}

/** Every answer has status 200. "最多访问" tells that a limit of requests per minute, hour or day is reached. */
function codeFailure(name: string, code: number, msg: string): HttpFailure {
  const line = `${name}: error ${code}${quote(msg)}`
  if (!msg.includes('最多访问')) return new HttpFailure(line, { retryable: false })
  return msg.includes('每分钟')
    ? new HttpFailure(line, { retryable: true, pauseMs: A_MINUTE_MS })
    : new HttpFailure(line, { retryable: false })
}

function readTables(daily: Row[], basic: Row[], factors: Row[], { symbol, now }: FetchRequest): ProviderResult {
  const basicOf = new Map(basic.map((row) => [row.trade_date, row]))
  const columns = [...FIELDS.daily.split(','), ...FIELDS.daily_basic.split(',').slice(2)]
  const layout = readLayout(columns, 'tushare')
  const rows = new RowCollector(`tushare ${symbol}`)
  const latest = latestSession(now)
  daily.forEach((row, i) => {
    const joined = { ...basicOf.get(row.trade_date ?? ''), ...row }
    const cells = columns.map((column) => String(joined[column] ?? ''))
    rows.add(i + 1, () => parseRow(cells, layout, symbol, latest))
  })
  return { ...rows.finish(), actions: adjustments(factors) }
}

/** A factor that grows from one session to the next says by how much earlier prices are too high. */
function adjustments(factors: readonly Row[]): CorporateAction[] {
  const ascending = factors
    .map(({ trade_date, adj_factor }) => ({ date: String(trade_date), factor: Number(adj_factor) }))
    .filter(({ date, factor }) => /^\d{8}$/.test(date) && factor > 0)
    .sort((a, b) => (a.date < b.date ? -1 : 1))
  return ascending.flatMap(({ date, factor }, i): CorporateAction[] => {
    const before = ascending[i - 1]
    if (!before || before.factor === factor) return []
    const session = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`
    return [{ session, kind: 'adjustment', value: before.factor / factor }]
  })
}

const compact = (date: string): string => date.slice(0, 10).replaceAll('-', '')
