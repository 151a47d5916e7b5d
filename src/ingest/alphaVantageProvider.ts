import { z } from 'zod'
import type { CorporateAction } from '../domain/corporateAction.js'
import { checkOrder, checkPrice, checkSession, checkVolume, latestSession } from './checkBar.js'
import type { HttpAnswer } from './http/exchange.js'
import type { HttpClient } from './http/httpClient.js'
import { HttpFailure, quote } from './http/httpFailure.js'
import { readJson } from './http/readJson.js'
import { httpProvider, requireKey } from './httpProvider.js'
import type { Provider, ProviderResult } from './provider.js'
import { RowCollector } from './rowCollector.js'

export interface AlphaVantageSettings {
  readonly baseUrl: string
  readonly apiKey?: string | undefined
  /** TIME_SERIES_DAILY_ADJUSTED, which names splits and dividends, needs a paid key. */
  readonly adjusted: boolean
  readonly requestsPerSecond?: number | undefined
}

/** Five requests a minute is what a free key may do. */
export const DEFAULT_ALPHA_VANTAGE: AlphaVantageSettings = {
  baseUrl: 'https://www.alphavantage.co',
  adjusted: false,
  requestsPerSecond: 5 / 60,
}

const answerSchema = z.object({
  'Error Message': z.string().optional(),
  Note: z.string().optional(),
  Information: z.string().optional(),
  'Time Series (Daily)': z.record(z.string(), z.record(z.string(), z.string())).optional(),
})

/** `outputsize=compact` gives the latest 100 sessions: more than these calendar days. */
const COMPACT_DAYS = 130
const DAY_MS = 86_400_000
const A_MINUTE_MS = 60_000

/** Daily bars of Alpha Vantage, prices as traded; with a paid key splits and dividends too. */
export function createAlphaVantageProvider(options: { client: HttpClient; settings: AlphaVantageSettings }): Provider {
  const { baseUrl, apiKey, adjusted, requestsPerSecond } = options.settings
  return httpProvider({
    name: 'alphavantage',
    precision: 0,
    async fetchBars({ symbol, now, since, signal }) {
      const key = requireKey('alphavantage', apiKey, 'ALPHAVANTAGE_API_KEY')
      const name = `alphavantage ${symbol}`
      const recent = since !== undefined && now.getTime() - Date.parse(since) < COMPACT_DAYS * DAY_MS
      const params = {
        function: adjusted ? 'TIME_SERIES_DAILY_ADJUSTED' : 'TIME_SERIES_DAILY',
        ...{ symbol, outputsize: recent ? 'compact' : 'full', datatype: 'json', apikey: key },
      }
      const request = { url: `${baseUrl}/query`, name, params, requestsPerSecond, signal }
      return options.client.send(request, (answer) => read(answer, name, now, adjusted))
    },
  })
}

/** Every answer has status 200; what went wrong is said in one of three fields. */
function read(answer: HttpAnswer, name: string, now: Date, adjusted: boolean): ProviderResult {
  const body = readJson(answer, name, answerSchema)
  const wrong = body['Error Message']
  if (wrong !== undefined) throw new HttpFailure(`${name}: is the symbol right?${quote(wrong)}`, { retryable: false })
  const notice = body.Note ?? body.Information
  if (notice !== undefined) throw noticeFailure(name, notice)
  const series = Object.entries(body['Time Series (Daily)'] ?? {})
  return readSeries(series, name, now, adjusted)
}

function noticeFailure(name: string, notice: string): HttpFailure {
  const line = `${name}${quote(notice)}`
  if (/per day|premium/i.test(notice) && !/per minute/i.test(notice)) return new HttpFailure(line, { retryable: false })
  return new HttpFailure(line, { retryable: true, pauseMs: A_MINUTE_MS })
}

type Row = Readonly<Record<string, string>>

function readSeries(series: readonly [string, Row][], source: string, now: Date, adjusted: boolean): ProviderResult {
  const rows = new RowCollector(source)
  const actions: CorporateAction[] = []
  const latest = latestSession(now)
  series.forEach(([date, row], i) => {
    rows.add(i + 1, () => {
      const price = (name: string, field: string) => checkPrice(name, number(row[field]))
      const bar = {
        session: checkSession(date, latest),
        ...{ open: price('open', '1. open'), high: price('high', '2. high'), low: price('low', '3. low') },
        close: price('close', '4. close'),
        volume: checkVolume(number(row[adjusted ? '6. volume' : '5. volume'])),
      }
      checkOrder(bar)
      return { ...bar, previousClose: null, extras: {} }
    })
    const split = Number(row['8. split coefficient'] ?? 1)
    const dividend = Number(row['7. dividend amount'] ?? 0)
    if (split > 0 && split !== 1) actions.push({ session: date, kind: 'split', value: split })
    if (dividend > 0) actions.push({ session: date, kind: 'dividend', value: dividend })
  })
  return { ...rows.finish(), ...(adjusted && { actions }) }
}

const number = (text: string | undefined): unknown =>
  text === undefined || text.trim() === '' ? undefined : Number(text)
