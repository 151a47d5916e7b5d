import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { ProviderError, UserError } from '../domain/errors.js'
import { EXPECTED_HEADER } from './csv/layout.js'
import { readBars } from './csv/readBars.js'
import { createHttpClient, type HttpClient } from './http/httpClient.js'
import { checkSymbol, isSymbol } from './httpProvider.js'
import type { FetchRequest, Provider, ProviderResult } from './provider.js'
import { fillVariables, isUrl, refuseLiteralKey, withoutSecrets } from './secretLocation.js'

export interface CsvProviderOptions {
  /** A folder of `SYMBOL.csv` files, or an http(s) URL with `{symbol}` and perhaps `{env:NAME}` in it. */
  readonly location: string
  /** Asks the URL; one of its own by default. */
  readonly client?: HttpClient
  readonly maxBytes?: number
  /** Looks up what stands for `{env:NAME}`, so that no key is written into a location. */
  readonly environment?: (name: string) => string | undefined
}

const MAX_BYTES = 64 * 1024 * 1024
/**
 * Daily bars from CSV files in a folder or behind a URL template, in Tushare's layout or plain OHLCV.
 *
 * @throws UserError when a URL location has no `{symbol}`; `fetchBars` throws ProviderError (see `Provider`).
 */
export function createCsvProvider(options: CsvProviderOptions): Provider {
  const { location } = options
  const isRemote = isUrl(location)
  if (isRemote && !location.includes('{symbol}'))
    throw new UserError(
      `csv location '${withoutSecrets(location)}' must contain {symbol}, for example https://host/{symbol}.csv`,
    )
  refuseLiteralKey('csv location', location)
  return {
    name: 'csv',
    isSample: false,
    isIncremental: false,
    precision: 0,
    list: async () => (isRemote ? [] : listFolder(location)),
    async fetchBars(request) {
      checkSymbol(request.symbol)
      return isRemote ? fetchUrl(options, request) : fetchFile(options, request)
    },
  }
}

async function fetchUrl(
  { location, client = createHttpClient(), environment = () => undefined, maxBytes = MAX_BYTES }: CsvProviderOptions,
  { symbol, now, signal, validators }: FetchRequest,
): Promise<ProviderResult> {
  const template = location.replaceAll('{symbol}', encodeURIComponent(symbol))
  const { url, secrets } = fillVariables(`csv ${symbol}`, template, environment)
  const name = withoutSecrets(url)
  const headers = { Accept: 'text/csv, text/plain;q=0.9, */*;q=0.1' }
  return client.send({ url, name, headers, signal, validators, secrets }, async (answer) => {
    if (answer.status === 304) return { bars: [], refused: [], validators, notModified: true }
    const source = { name, symbol, now, maxBytes, signal }
    const { bars, refused } = await readBars(Readable.from([Buffer.from(answer.text)]), source)
    return { bars, refused, validators: answer.validators }
  })
}

async function fetchFile(
  { location: folder, maxBytes = MAX_BYTES }: CsvProviderOptions,
  { symbol, now, signal }: FetchRequest,
): Promise<ProviderResult> {
  const name = join(folder, `${symbol}.csv`)
  try {
    return await readBars(createReadStream(name), { name, symbol, now, maxBytes, signal })
  } catch (error) {
    throw await explainFileError(error, name, folder)
  }
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder)
    return names
      .filter((name) => name.endsWith('.csv'))
      .map((name) => name.slice(0, -'.csv'.length))
      .filter(isSymbol)
      .sort()
  } catch (error) {
    throw await explainFileError(error, folder, folder)
  }
}

async function explainFileError(error: unknown, file: string, folder: string): Promise<unknown> {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const isFolder = await stat(folder).then(
      (entry) => entry.isDirectory(),
      () => false,
    )
    const problem = isFolder ? `${file}: no such file` : `${folder}: no such folder`
    return new ProviderError(`${problem}; expected SYMBOL.csv with ${EXPECTED_HEADER}`, {
      retryable: false,
      cause: error,
    })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EISDIR')
    return new ProviderError(`${file}: cannot be read (${code})`, { retryable: false, cause: error })
  return error
}
