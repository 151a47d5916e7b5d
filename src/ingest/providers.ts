import { UserError } from '../domain/errors.js'
import { type CsvProviderOptions, createCsvProvider } from './csvProvider.js'
import type { Provider } from './provider.js'
import { createSampleProvider, type SampleProviderOptions } from './sampleProvider.js'

/** Everything any provider can be told; each takes what it knows. */
export type ProviderOptions = Partial<CsvProviderOptions> & SampleProviderOptions

/** Every provider by name; a new one is one file and one line here. */
const PROVIDERS: Readonly<Record<string, (options: ProviderOptions) => Provider>> = {
  csv: (options) => createCsvProvider({ ...options, location: requireLocation(options.location) }),
  sample: createSampleProvider,
}

/** Names that `createProvider` knows. */
export const PROVIDER_NAMES: readonly string[] = Object.keys(PROVIDERS)

/**
 * Makes the provider called `name`.
 *
 * @throws UserError (exit code 2) listing the known names, or naming an option that is missing.
 */
export function createProvider(name: string, options: ProviderOptions = {}): Provider {
  const create = Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : undefined
  if (!create)
    throw new UserError(`unknown provider '${name}': known are ${PROVIDER_NAMES.join(', ')}`, { exitCode: 2 })
  return create(options)
}

function requireLocation(location: string | undefined): string {
  if (location) return location
  throw new UserError('provider csv needs a location: a folder of SYMBOL.csv files or https://host/{symbol}.csv', {
    exitCode: 2,
  })
}
