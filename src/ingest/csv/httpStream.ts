import type { Readable } from 'node:stream'
import axios, { isAxiosError } from 'axios'
import { ProviderError } from '../../domain/errors.js'

/** Limits of one download. */
export interface HttpOptions {
  /** Whole download, not only its first byte. */
  readonly timeoutMs: number
  readonly maxBytes: number
}

const RETRYABLE_STATUS = new Set([408, 425, 429]) // RFC 9110 section 15.5.9, RFC 8470 section 5.2, RFC 6585 section 4

/**
 * Opens a GET request and gives its body as a stream of bytes; `name` stands for the URL in messages.
 *
 * @throws ProviderError on any status but 2xx (5xx, 408, 425, 429 retryable) and on a failed connection (retryable).
 */
export async function openHttpStream(url: string, name: string, signal: AbortSignal): Promise<Readable> {
  try {
    const response = await axios.get<Readable>(url, {
      responseType: 'stream',
      signal,
      validateStatus: null,
      headers: { Accept: 'text/csv, text/plain;q=0.9, */*;q=0.1' },
    })
    if (response.status >= 200 && response.status < 300) return response.data
    response.data.destroy()
    throw statusError(name, response.status)
  } catch (error) {
    throw toProviderError(error, name)
  }
}

/** Says in one line why a download failed; errors that are no transport failure come back unchanged. */
export function toProviderError(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error instanceof ProviderError) return error
  const code = (error as NodeJS.ErrnoException).code
  const isTransport = isAxiosError(error) || code !== undefined
  return isTransport ? new ProviderError(`${name}: ${code ?? error.message}`, { retryable: true, cause: error }) : error
}

function statusError(name: string, status: number): ProviderError {
  const hint = status === 404 ? ' (is the symbol right?)' : status === 401 || status === 403 ? ' (not allowed)' : ''
  return new ProviderError(`${name}: the server answered ${status}${hint}`, {
    retryable: status >= 500 || RETRYABLE_STATUS.has(status),
  })
}
