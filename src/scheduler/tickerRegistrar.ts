import pLimit from 'p-limit'
import { enqueueRun } from '../db/enqueueRun.js'
import { resumeTicker } from '../db/tickerPauses.js'
import { csvLocations, deactivateTicker, findTicker, saveTicker } from '../db/tickers.js'
import { UserError } from '../domain/errors.js'
import type { Ticker } from '../domain/ticker.js'
import type { AddedTicker, TickerDesk, TickerSource } from '../domain/tickerDesk.js'
import { checkSymbol } from '../ingest/httpProvider.js'
import { PROVIDER_NAMES } from '../ingest/providers.js'
import { newTicker, type TickerOrigin } from './newTicker.js'
import type { RunContext } from './runOnce.js'

/** Somebody waits for the page; what was not asked by then can be sent again. */
const PATIENCE_MS = 20_000
/** As many as a host is asked at once. */
const AT_ONCE = 4
/** Enough for an answer that tells whether the source has the symbol. */
const LOOK_BACK_DAYS = 30
const DAY_MS = 86_400_000
/** Providers that are asked without a location. */
const PLAIN = [...PROVIDER_NAMES.filter((name) => name !== 'csv' && name !== 'sample'), 'sample']

type Context = Pick<RunContext, 'database' | 'config' | 'providers' | 'clock'>

/** What a person may do about tickers from a page; the provider is asked before anything is saved. */
export class TickerRegistrar implements TickerDesk {
  readonly configured: ReadonlySet<string>

  constructor(
    private readonly context: Context,
    private readonly patienceMs = PATIENCE_MS,
  ) {
    this.configured = new Set(context.config.tickers.map(({ symbol }) => symbol))
  }

  sources = async (): Promise<readonly TickerSource[]> =>
    (await this.#origins()).map(({ provider, location }) => ({
      id: idOf({ provider, location }),
      label: location === null ? (provider === 'sample' ? 'sample (made up)' : provider) : `csv from ${location}`,
    }))

  async add(symbols: readonly string[], sourceId: string): Promise<readonly AddedTicker[]> {
    const origin = (await this.#origins()).find((one) => idOf(one) === sourceId)
    if (!origin) throw new UserError('Choose one of the sources that the page offers.', { exitCode: 2 })
    const signal = AbortSignal.timeout(this.patienceMs)
    const limit = pLimit(AT_ONCE)
    const checked = await Promise.all(
      [...new Set(symbols)].map((symbol) => limit(() => this.#check(symbol, origin, signal))),
    )
    await this.#save(checked.flatMap(({ ticker }) => ticker ?? []))
    return checked.map(({ ticker: _, ...added }) => added)
  }

  async remove(symbol: string): Promise<void> {
    if (this.configured.has(symbol))
      throw new UserError(`${symbol} is named in the configuration file: remove it there, and start the server again.`)
    if (!(await deactivateTicker(this.context.database.db, symbol))) throw new UserError(`${symbol} is not followed.`)
  }

  async #check(symbol: string, origin: TickerOrigin, signal: AbortSignal): Promise<AddedTicker & { ticker?: Ticker }> {
    const { database, providers, clock } = this.context
    try {
      checkSymbol(symbol)
      if ((await findTicker(database.db, symbol))?.active)
        return { symbol, outcome: 'known', message: 'is forecast already; nothing was changed' }
      signal.throwIfAborted()
      const provider = providers.get(origin.provider, origin.location)
      const since = new Date(clock().getTime() - LOOK_BACK_DAYS * DAY_MS).toISOString().slice(0, 10)
      const { bars } = await provider.fetchBars({ symbol, now: clock(), since, signal })
      const last = bars.at(-1)
      if (!last) return { symbol, outcome: 'refused', message: `${provider.name} has no bars of it` }
      const ticker = newTicker({ ...origin, symbol, isSample: provider.isSample })
      return { symbol, outcome: 'added', message: `${ticker.exchange}, bars up to ${last.session}`, ticker }
    } catch (error) {
      if (signal.aborted) return { symbol, outcome: 'late', message: 'was not asked in time: send it once more' }
      if (error instanceof UserError) return { symbol, outcome: 'refused', message: error.message }
      throw error
    }
  }

  async #save(tickers: readonly Ticker[]): Promise<void> {
    if (tickers.length === 0) return
    const { database, clock } = this.context
    await database.db.transaction(async (tx) => {
      for (const ticker of tickers) {
        await saveTicker(tx, ticker)
        await resumeTicker(tx, ticker.symbol)
      }
      const symbols = tickers.map(({ symbol }) => symbol)
      await enqueueRun(tx, database.queue, { trigger: 'dashboard', exchange: null, tickers: symbols, now: clock() })
    })
  }

  async #origins(): Promise<TickerOrigin[]> {
    const { config, database } = this.context
    const configured = config.tickers.filter(({ provider }) => [provider].flat().includes('csv'))
    const locations = [...configured.flatMap(({ location }) => location ?? []), ...(await csvLocations(database.db))]
    return [
      ...PLAIN.map((provider) => ({ provider, location: null })),
      ...[...new Set(locations)].map((location) => ({ provider: 'csv', location })),
    ]
  }
}

const idOf = ({ provider, location }: TickerOrigin): string =>
  location === null ? provider : `${provider} ${location}`
