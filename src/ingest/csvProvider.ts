import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ProviderError, UserError } from '../domain/errors.js'
import { type HttpOptions, openHttpStream, toProviderError } from './csv/httpStream.js'
import { EXPECTED_HEADER } from './csv/layout.js'
import { readBars } from './csv/readBars.js'
import type { FetchRequest, Provider, ProviderResult } from './provider.js'

export interface CsvProviderOptions {
  /** A folder of `SYMBOL.csv` files, or an http(s) URL with `{symbol}` in it. */
  readonly location: string
  readonly http?: Partial<HttpOptions>
}

const DEFAULT_HTTP: HttpOptions = { timeoutMs: 30_000, maxBytes: 64 * 1024 * 1024 }
const SYMBOL = /^(?!.*\.\.)[A-Za-z0-9^][A-Za-z0-9^=._-]{0,31}$/

/**
 * Daily bars from CSV files in a folder or behind a URL template, in Tushare's layout or plain OHLCV.
 *
 * @throws UserError when a URL location has no `{symbol}`; `fetchBars` throws ProviderError (see `Provider`).
 */
export function createCsvProvider({ location, http }: CsvProviderOptions): Provider {
  const limits = { ...DEFAULT_HTTP, ...http }
  const isUrl = /^https?:\/\//i.test(location)
  if (isUrl && !location.includes('{symbol}'))
    throw new UserError(`csv location '${location}' must contain {symbol}, for example https://host/{symbol}.csv`)
  return {
    name: 'csv',
    isSample: false,
    list: async () => (isUrl ? [] : listFolder(location)),
    async fetchBars(request) {
      if (!SYMBOL.test(request.symbol))
        throw new UserError(
          `symbol '${request.symbol}' is not usable: up to 32 letters, digits and ^ = . _ - are allowed`,
          { exitCode: 2 },
        )
      return isUrl ? fetchUrl(location, limits, request) : fetchFile(location, limits.maxBytes, request)
    },
  }
}

async function fetchUrl(template: string, limits: HttpOptions, request: FetchRequest): Promise<ProviderResult> {
  const { symbol, now } = request
  const url = template.replaceAll('{symbol}', encodeURIComponent(symbol))
  const name = withoutSecrets(url)
  const deadline = AbortSignal.timeout(limits.timeoutMs)
  const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline
  try {
    const body = await openHttpStream(url, name, signal)
    return await readBars(body, { name, symbol, now, maxBytes: limits.maxBytes, signal })
  } catch (error) {
    request.signal?.throwIfAborted()
    if (deadline.aborted)
      throw new ProviderError(`${name}: no complete answer within ${limits.timeoutMs} ms`, {
        retryable: true,
        cause: error,
      })
    throw toProviderError(error, name)
  }
}

async function fetchFile(folder: string, maxBytes: number, request: FetchRequest): Promise<ProviderResult> {
  const { symbol, now, signal } = request
  const name = join(folder, `${symbol}.csv`)
  try {
    return await readBars(createReadStream(name), { name, symbol, now, maxBytes, signal })
  } catch (error) {
    throw await explainFileError(error, name, folder)
  }
}

/** A query string or user name may carry a key; messages and reports must not. */
function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder)
    return names
      .filter((name) => name.endsWith('.csv'))
      .map((name) => name.slice(0, -'.csv'.length))
      .filter((symbol) => SYMBOL.test(symbol))
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
