import { UserError } from '../domain/errors.js'
import type { Logger } from '../log.js'
import { type AlphaVantageSettings, createAlphaVantageProvider, DEFAULT_ALPHA_VANTAGE } from './alphaVantageProvider.js'
import { createCsvProvider } from './csvProvider.js'
import { createHttpClient, type HttpClient } from './http/httpClient.js'
import type { HttpSettings } from './http/httpSettings.js'
import type { Provider } from './provider.js'
import { createSampleProvider, type SampleProviderOptions } from './sampleProvider.js'
import { readSeries, type SeriesRequest, type SeriesResult } from './series/readSeries.js'
import { createStooqProvider, DEFAULT_STOOQ, type StooqSettings } from './stooqProvider.js'
import { createTiingoProvider, DEFAULT_TIINGO, type TiingoSettings } from './tiingoProvider.js'
import { createTushareProvider, DEFAULT_TUSHARE, type TushareSettings } from './tushareProvider.js'
import { createYahooProvider, DEFAULT_YAHOO, type YahooSettings } from './yahoo/yahooProvider.js'

/** What each provider can be told; what is left out has its default. */
export interface ProviderSettings {
  readonly http?: Given<HttpSettings>
  readonly yahoo?: Given<YahooSettings>
  readonly stooq?: Given<StooqSettings>
  readonly tushare?: Given<TushareSettings>
  readonly tiingo?: Given<TiingoSettings>
  readonly alphavantage?: Given<AlphaVantageSettings>
  readonly sample?: SampleProviderOptions
}

type Given<T> = { readonly [K in keyof T]?: T[K] | undefined }

interface Parts {
  readonly client: HttpClient
  readonly settings: ProviderSettings
  readonly location: string | undefined
  readonly environment: (name: string) => string | undefined
}

/** Every provider by name; a new one is one file and one line here. */
const PROVIDERS: Readonly<Record<string, (parts: Parts) => Provider>> = {
  csv: ({ client, location, environment }) =>
    createCsvProvider({ client, environment, location: requireLocation(location) }),
  sample: ({ settings }) => createSampleProvider(settings.sample),
  yahoo: ({ client, settings }) => createYahooProvider({ client, settings: filled(DEFAULT_YAHOO, settings.yahoo) }),
  stooq: ({ client, settings }) => createStooqProvider({ client, settings: filled(DEFAULT_STOOQ, settings.stooq) }),
  tushare: ({ client, settings }) =>
    createTushareProvider({ client, settings: filled(DEFAULT_TUSHARE, settings.tushare) }),
  tiingo: ({ client, settings }) => createTiingoProvider({ client, settings: filled(DEFAULT_TIINGO, settings.tiingo) }),
  alphavantage: ({ client, settings }) =>
    createAlphaVantageProvider({ client, settings: filled(DEFAULT_ALPHA_VANTAGE, settings.alphavantage) }),
}

/** Names of all providers. */
export const PROVIDER_NAMES: readonly string[] = Object.keys(PROVIDERS)

export interface Providers {
  /**
   * The provider called `name`; the same one for the same location, so that what it has learnt is kept.
   *
   * @throws UserError (exit code 2) listing the known names, or naming an option that is missing.
   */
  get(name: string, location?: string | null): Provider
  /** Reads a series from its file or URL (see `readSeries`), over the same HTTP client. */
  readSeries(request: SeriesRequest): Promise<SeriesResult>
}

/** All providers of a process over one HTTP client, so that a host sees one polite visitor. */
export function createProviders(
  settings: ProviderSettings = {},
  { environment = () => undefined, log }: { environment?: Parts['environment']; log?: Logger } = {},
): Providers {
  const { stooq, tushare, tiingo, alphavantage } = settings
  const keys = [stooq?.apiKey, tushare?.token, tiingo?.apiKey, alphavantage?.apiKey]
  const secrets = keys.filter((key) => key !== undefined)
  const client = createHttpClient(filled({}, settings.http), { log, secrets })
  const made = new Map<string, Provider>()
  return {
    get(name, location) {
      const key = `${name} ${location ?? ''}`
      const create = Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : undefined
      if (!create)
        throw new UserError(`unknown provider '${name}': known are ${PROVIDER_NAMES.join(', ')}`, { exitCode: 2 })
      const provider = made.get(key) ?? create({ client, settings, environment, location: location ?? undefined })
      made.set(key, provider)
      return provider
    },
    readSeries: (request) => readSeries({ client, environment }, request),
  }
}

/**
 * One provider by itself, with a client of its own.
 *
 * @throws UserError as `Providers.get`.
 */
export const createProvider = (name: string, { location }: { readonly location?: string } = {}): Provider =>
  createProviders().get(name, location)

/** `defaults` with every setting that is given. */
function filled<T extends object>(defaults: T, given: { readonly [K in keyof T]?: T[K] | undefined } = {}): T {
  return { ...defaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
}

function requireLocation(location: string | undefined): string {
  if (location) return location
  throw new UserError('provider csv needs a location: a folder of SYMBOL.csv files or https://host/{symbol}.csv', {
    exitCode: 2,
  })
}
