import { barRows } from '../../db/bars.js'
import type { Db } from '../../db/database.js'
import { sourceStatesOf } from '../../db/sourceStates.js'
import { ProviderError, UserError } from '../../domain/errors.js'
import type { Ticker } from '../../domain/ticker.js'
import { type FetchedTicker, type IngestOptions, ProviderTurn, TAIL } from './providerTurn.js'

/**
 * Asks the ticker's providers in turn until one delivers; each failure is one line in the log.
 *
 * @throws UserError when none does: the provider's own error when there is but one.
 */
export async function fetchTicker(db: Db, ticker: Ticker, options: IngestOptions): Promise<FetchedTicker> {
  const names = [ticker.provider, ...(ticker.fallbacks ?? [])]
  const tail = await barRows(db, ticker.symbol, TAIL)
  const states = await sourceStatesOf(db, ticker.symbol)
  const failures: UserError[] = []
  for (const name of names) {
    const provider = options.providers.get(name, name === 'csv' ? ticker.location : null)
    const turn = new ProviderTurn(db, ticker, names, provider, tail, states.get(name), options)
    try {
      return await turn.take()
    } catch (error) {
      options.signal.throwIfAborted()
      if (!(error instanceof UserError)) throw error
      failures.push(error)
      if (names.length > 1)
        options.log.warn({ ticker: ticker.symbol, provider: name, reason: error.message }, 'provider failed')
    }
  }
  if (failures.length === 1) throw failures[0]
  throw new ProviderError(`${ticker.symbol}: no provider could deliver: ${failures.map((f) => f.message).join('; ')}`, {
    retryable: failures.some((failure) => failure instanceof ProviderError && failure.retryable),
  })
}
