import { Readable } from 'node:stream'
import { readBars } from './csv/readBars.js'
import type { HttpClient } from './http/httpClient.js'
import { HttpFailure, quote } from './http/httpFailure.js'
import { httpProvider } from './httpProvider.js'
import type { Provider } from './provider.js'

export interface StooqSettings {
  readonly baseUrl: string
  /** Sent along where Stooq asks for one. */
  readonly apiKey?: string | undefined
  readonly requestsPerSecond?: number | undefined
}

export const DEFAULT_STOOQ: StooqSettings = { baseUrl: 'https://stooq.com', requestsPerSecond: 2 }

/** Country of a symbol by the suffix that Yahoo and Tushare give it; Warsaw has none, New York's is `.us`. */
const SUFFIXES: Readonly<Record<string, string>> = { L: '.uk', DE: '.de', T: '.jp', HK: '.hk', BU: '.hu', WA: '' }
/** Prices are rounded after they are put on the basis of today's share. */
const PRECISION = 1e-4
const MAX_BYTES = 64 * 1024 * 1024

/** Daily bars of Stooq's CSV download, prices on the basis of today's share; needs no key. */
export function createStooqProvider({ client, settings }: { client: HttpClient; settings: StooqSettings }): Provider {
  const { baseUrl, apiKey, requestsPerSecond } = settings
  return httpProvider({
    name: 'stooq',
    precision: PRECISION,
    fetchBars({ symbol, now, since, signal, validators }) {
      const name = `stooq ${symbol}`
      const params = {
        s: stooqSymbol(symbol),
        i: 'd',
        ...(since && { d1: compact(since), d2: compact(now.toISOString()) }),
        ...(apiKey && { apikey: apiKey }),
      }
      const request = { url: `${baseUrl}/q/d/l/`, name, params, requestsPerSecond, signal, validators }
      return client.send(request, async (answer) => {
        if (answer.status === 304) return { bars: [], refused: [], validators, notModified: true }
        checkText(answer.text, name)
        const source = { name, symbol, now, maxBytes: MAX_BYTES, signal }
        const { bars, refused } = await readBars(Readable.from([Buffer.from(answer.text)]), source)
        return { bars, refused, validators: answer.validators }
      })
    },
  })
}

/** Stooq answers 200 whatever happens, and says what is wrong in the body. */
function checkText(text: string, name: string): void {
  if (/^\s*no data/i.test(text)) throw new HttpFailure(`${name}: no bars (is the symbol right?)`, { retryable: false })
  if (/exceeded the daily hits limit/i.test(text))
    throw new HttpFailure(`${name}: the daily limit of requests is used up`, { retryable: false, pauseMs: 3_600_000 })
  if (/apikey/i.test(text) && !/^date,/i.test(text))
    throw new HttpFailure(`${name}: asks for a key: set STOOQ_API_KEY`, { retryable: false })
  if (!/^\s*date,/i.test(text))
    throw new HttpFailure(`${name}: the answer is no CSV${quote(text)}`, { retryable: true, hostAtFault: true })
}

function stooqSymbol(symbol: string): string {
  if (symbol.startsWith('^')) return symbol.toLowerCase()
  const dot = symbol.lastIndexOf('.')
  if (dot < 0) return `${symbol.toLowerCase()}.us`
  const suffix = symbol.slice(dot + 1).toUpperCase()
  return `${symbol.slice(0, dot)}${SUFFIXES[suffix] ?? `.${suffix}`}`.toLowerCase()
}

const compact = (date: string): string => date.slice(0, 10).replaceAll('-', '')
