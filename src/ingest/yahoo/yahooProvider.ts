import { ProviderError } from '../../domain/errors.js'
import type { HttpAnswer } from '../http/exchange.js'
import type { HttpClient } from '../http/httpClient.js'
import { HttpFailure } from '../http/httpFailure.js'
import { readJson } from '../http/readJson.js'
import { httpProvider } from '../httpProvider.js'
import type { FetchRequest, Provider, ProviderResult } from '../provider.js'
import { chartSchema, readChart } from './chart.js'

export interface YahooSettings {
  /** Asked in turn: the same answers from different servers. */
  readonly baseUrls: readonly string[]
  /** Gives the cookie that a crumb belongs to. */
  readonly cookieUrl: string
  readonly requestsPerSecond?: number | undefined
}

export const DEFAULT_YAHOO: YahooSettings = {
  baseUrls: ['https://query1.finance.yahoo.com', 'https://query2.finance.yahoo.com'],
  cookieUrl: 'https://fc.yahoo.com',
}

interface Pass {
  readonly crumb: string
  readonly cookie: string
}

/** Requests without the name of a browser are turned away. */
const USER_AGENT = 'Mozilla/5.0 (compatible; mambacast)'
/** Prices come as float32, on a share basis that a later split changes: undoing it leaves rounding. */
const PRECISION = 1e-5
const DAY_S = 86_400
/** The server wants to know who asks. */
const REFUSED = new Set([401, 403])

/**
 * Daily bars, splits and dividends of the Yahoo Finance chart API; needs no key. When it refuses a request, a cookie and
 * a crumb are fetched and it is asked once more.
 */
export function createYahooProvider({ client, settings }: { client: HttpClient; settings: YahooSettings }): Provider {
  let pass: Pass | undefined
  const ask = async (baseUrl: string, request: FetchRequest): Promise<ProviderResult> => {
    try {
      return await fetchChart(client, settings, baseUrl, request, pass)
    } catch (error) {
      if (!(error instanceof HttpFailure) || !REFUSED.has(error.status ?? 0)) throw error
      pass = await fetchPass(client, settings, baseUrl, request)
      return fetchChart(client, settings, baseUrl, request, pass)
    }
  }
  return httpProvider({
    name: 'yahoo',
    precision: PRECISION,
    async fetchBars(request) {
      let failure: unknown
      for (const baseUrl of settings.baseUrls) {
        try {
          return await ask(baseUrl, request)
        } catch (error) {
          if (!(error instanceof HttpFailure) || !(error.retryable || error.hostAtFault)) throw error
          failure = error
        }
      }
      throw failure
    },
  })
}

async function fetchChart(
  client: HttpClient,
  { requestsPerSecond }: YahooSettings,
  baseUrl: string,
  { symbol, now, since, signal }: FetchRequest,
  pass: Pass | undefined,
): Promise<ProviderResult> {
  const name = `yahoo ${symbol}`
  const request = {
    ...{ name, requestsPerSecond, signal, reason: errorText },
    url: `${baseUrl}/v8/finance/chart/${encodeURIComponent(yahooSymbol(symbol))}`,
    params: {
      period1: since ? Date.parse(since) / 1000 - DAY_S : -2_208_988_800, // 1900-01-01
      period2: Math.floor(now.getTime() / 1000) + DAY_S,
      ...{ interval: '1d', events: 'div,splits', includeAdjustedClose: 'true' },
      ...(pass && { crumb: pass.crumb }),
    },
    headers: { 'User-Agent': USER_AGENT, Accept: 'application/json', ...(pass && { Cookie: pass.cookie }) },
    secrets: pass ? [pass.crumb, pass.cookie] : [],
  }
  return client.send(request, (answer) => read(answer, name, now))
}

function read(answer: HttpAnswer, name: string, now: Date): ProviderResult {
  const { chart } = readJson(answer, name, chartSchema)
  if (chart.error)
    throw new HttpFailure(`${name}: ${chart.error.description ?? chart.error.code}`, { retryable: false })
  const [series] = chart.result ?? []
  if (!series) throw new ProviderError(`${name}: no bars (is the symbol right?)`, { retryable: false })
  return readChart(series, name, now)
}

async function fetchPass(
  client: HttpClient,
  { cookieUrl, requestsPerSecond }: YahooSettings,
  baseUrl: string,
  { symbol, signal }: FetchRequest,
): Promise<Pass> {
  const headers = { 'User-Agent': USER_AGENT }
  const name = `yahoo ${symbol}`
  const cookieRequest = { url: cookieUrl, name: `${name}: cookie`, headers, anyStatus: true, requestsPerSecond, signal }
  const cookies = await client.send(cookieRequest, ({ setCookie }) => setCookie)
  const cookie = cookies.map((line) => line.split(';')[0]).join('; ')
  const crumbRequest = { url: `${baseUrl}/v1/test/getcrumb`, name: `${name}: crumb`, requestsPerSecond, signal }
  const crumb = await client.send(
    { ...crumbRequest, headers: { ...headers, Cookie: cookie }, secrets: [cookie] },
    ({ text }) => text.trim(),
  )
  if (crumb === '' || crumb.includes('<') || crumb.length > 64)
    throw new HttpFailure(`${name}: refused, and no crumb was given`, { retryable: false })
  return { crumb, cookie }
}

/** Yahoo writes Shanghai `.SS`. */
const yahooSymbol = (symbol: string): string => symbol.replace(/\.SH$/i, '.SS')

/** `chart.error` or `finance.error` with code and description. */
function errorText(text: string): string {
  return /"description"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? ''
}
