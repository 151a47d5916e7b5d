import { resolve } from 'node:path'
import type { Config } from '../config.js'
import type { Db } from '../db/database.js'
import { activeTickers, findTicker } from '../db/tickers.js'
import { UserError } from '../domain/errors.js'
import type { Ticker } from '../domain/ticker.js'
import type { Provider } from '../ingest/provider.js'
import { createProvider } from '../ingest/providers.js'
import { newTicker, type TickerOrigin } from '../scheduler/newTicker.js'

export interface TickerChoice {
  /** Symbols asked for; empty means all. */
  readonly symbols: readonly string[]
  readonly provider?: string | undefined
  /** csv: folder or URL template. */
  readonly location?: string | undefined
}

/**
 * The tickers a command is about: those named, or all that a named provider lists, or all that are configured or were
 * added; with none of these, the sample market.
 *
 * @throws UserError (exit code 2) for a symbol nobody knows.
 */
export async function chooseTickers(db: Db, config: Config, choice: TickerChoice): Promise<Ticker[]> {
  const symbols = [...new Set(choice.symbols)]
  if (choice.provider) {
    const [first = '', ...fallbacks] = choice.provider.split(',').map((name) => name.trim())
    const source = { provider: first, fallbacks, location: absolute(choice.location) }
    const [provider] = checkedProviders(source) as [Provider]
    const wanted = symbols.length > 0 ? symbols : await provider.list()
    if (wanted.length === 0)
      throw new UserError(`provider ${provider.name} cannot list its tickers: name them with --ticker`, { exitCode: 2 })
    return wanted.map((symbol) => newTicker({ symbol, ...source, isSample: provider.isSample }))
  }
  const configured = configuredTickers(config)
  return symbols.length > 0
    ? Promise.all(symbols.map((symbol) => known(db, configured, symbol)))
    : everything(db, configured)
}

/** The tickers of the configuration. @throws UserError (exit code 2) for a provider nobody knows. */
export const configuredTickers = (config: Config): Ticker[] =>
  config.tickers.map((entry) => {
    const [provider = '', ...fallbacks] = [entry.provider].flat()
    const source = { provider, fallbacks, location: entry.location ?? null }
    checkedProviders(source)
    return newTicker({ ...entry, ...source, isSample: provider === 'sample' })
  })

async function known(db: Db, configured: readonly Ticker[], symbol: string): Promise<Ticker> {
  const found = configured.find((ticker) => ticker.symbol === symbol) ?? (await findTicker(db, symbol))
  if (found?.active) return found
  throw new UserError(
    `unknown ticker '${symbol}': say where its bars are, as in --provider csv --data FOLDER --ticker ${symbol}`,
    { exitCode: 2 },
  )
}

async function everything(db: Db, configured: readonly Ticker[]): Promise<Ticker[]> {
  const names = new Set(configured.map((ticker) => ticker.symbol))
  const all = [...configured, ...(await activeTickers(db)).filter((ticker) => !names.has(ticker.symbol))]
  if (all.length > 0) return all
  const sample = createProvider('sample')
  return (await sample.list()).map((symbol) =>
    newTicker({ symbol, provider: 'sample', location: null, isSample: true }),
  )
}

/** The providers of a source in order; throws UserError for a name or a setting that is wrong. */
const checkedProviders = ({ provider, fallbacks = [], location }: TickerOrigin): Provider[] =>
  [provider, ...fallbacks].map((name) => createProvider(name, location && name === 'csv' ? { location } : {}))

const absolute = (location: string | undefined): string | null =>
  location === undefined ? null : /^https?:/i.test(location) ? location : resolve(location)
