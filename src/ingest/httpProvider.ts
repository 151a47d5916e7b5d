import { ProviderError, UserError } from '../domain/errors.js'
import type { FetchRequest, Provider, ProviderResult } from './provider.js'

const SYMBOL = /^(?!.*\.\.)[A-Za-z0-9^][A-Za-z0-9^=._-]{0,31}$/

/** @throws UserError (exit code 2) unless `symbol` can safely stand in a file name and a URL. */
export function checkSymbol(symbol: string): void {
  if (!isSymbol(symbol))
    throw new UserError(`symbol '${symbol}' is not usable: up to 32 letters, digits and ^ = . _ - are allowed`, {
      exitCode: 2,
    })
}

export const isSymbol = (text: string): boolean => SYMBOL.test(text)

export interface HttpProviderParts {
  readonly name: string
  readonly precision: number
  readonly fetchBars: (request: FetchRequest) => Promise<ProviderResult>
}

/**
 * A provider that answers symbol by symbol over HTTP: checks the symbol before and that there are bars after.
 *
 * An answer without a single bar is a failure, for even an increment overlaps what is stored.
 */
export const httpProvider = ({ name, precision, fetchBars }: HttpProviderParts): Provider => ({
  name,
  precision,
  isSample: false,
  isIncremental: true,
  list: async () => [],
  async fetchBars(request) {
    checkSymbol(request.symbol)
    const result = await fetchBars(request)
    if (result.bars.length > 0 || result.notModified) return result
    const [first] = result.refused
    const detail = first ? `all ${result.refused.length} rows refused, first: ${first.reason}` : 'is the symbol right?'
    throw new ProviderError(`${name} ${request.symbol}: no bars (${detail})`, { retryable: false })
  },
})

/** The key of `name`, or a ProviderError that says which variable to set. */
export function requireKey(name: string, key: string | undefined, variable: string): string {
  if (key) return key
  throw new ProviderError(`${name}: needs a key: set ${variable}`, { retryable: false })
}
