import { z } from 'zod'
import type { CorporateAction } from '../domain/corporateAction.js'
import { checkOrder, checkPrice, checkSession, checkVolume, latestSession } from './checkBar.js'
import type { HttpClient } from './http/httpClient.js'
import { readJson } from './http/readJson.js'
import { httpProvider, requireKey } from './httpProvider.js'
import type { Provider, ProviderResult } from './provider.js'
import { RowCollector } from './rowCollector.js'

export interface TiingoSettings {
  readonly baseUrl: string
  readonly apiKey?: string | undefined
  readonly requestsPerSecond?: number | undefined
}

export const DEFAULT_TIINGO: TiingoSettings = { baseUrl: 'https://api.tiingo.com' }

const number = z.number().nullish()
/** Prices as traded; the `adj…` fields beside them are rewritten with every later split and dividend. */
const pricesSchema = z.array(
  z.object({
    ...{ date: z.string(), open: number, high: number, low: number, close: number, volume: number },
    ...{ divCash: number, splitFactor: number },
  }),
)
const EARLIEST = '1960-01-01'

/** Daily bars, splits and dividends of the Tiingo end-of-day API. */
export function createTiingoProvider({ client, settings }: { client: HttpClient; settings: TiingoSettings }): Provider {
  const { baseUrl, apiKey, requestsPerSecond } = settings
  return httpProvider({
    name: 'tiingo',
    precision: 0,
    async fetchBars({ symbol, now, since, signal, validators }) {
      const key = requireKey('tiingo', apiKey, 'TIINGO_API_KEY')
      const name = `tiingo ${symbol}`
      const request = {
        url: `${baseUrl}/tiingo/daily/${encodeURIComponent(symbol.replaceAll('.', '-'))}/prices`,
        params: { startDate: since ?? EARLIEST, format: 'json' },
        headers: { Authorization: `Token ${key}`, Accept: 'application/json' },
        ...{ name, requestsPerSecond, signal, validators, reason: detail },
      }
      return client.send(request, (answer) =>
        answer.status === 304
          ? { bars: [], refused: [], validators, notModified: true }
          : { ...readPrices(readJson(answer, name, pricesSchema), name, now), validators: answer.validators },
      )
    },
  })
}

function readPrices(prices: z.infer<typeof pricesSchema>, source: string, now: Date): ProviderResult {
  const rows = new RowCollector(source)
  const actions: CorporateAction[] = []
  const latest = latestSession(now)
  prices.forEach(({ date, open, high, low, close, volume, divCash, splitFactor }, i) => {
    rows.add(i + 1, () => {
      const session = checkSession(date.slice(0, 10), latest)
      const prices = { open: checkPrice('open', open), high: checkPrice('high', high), low: checkPrice('low', low) }
      const bar = { session, ...prices, close: checkPrice('close', close), volume: checkVolume(volume) }
      checkOrder(bar)
      return { ...bar, previousClose: null, extras: {} }
    })
    const session = date.slice(0, 10)
    if (splitFactor && splitFactor > 0 && splitFactor !== 1)
      actions.push({ session, kind: 'split', value: splitFactor })
    if (divCash && divCash > 0) actions.push({ session, kind: 'dividend', value: divCash })
  })
  return { ...rows.finish(), actions }
}

/** Errors come as `{"detail": "…"}`. */
function detail(text: string): string {
  return /"detail"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? ''
}
