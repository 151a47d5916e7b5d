import { createHash } from 'node:crypto'
import type { AxiosResponse } from 'axios'
import type { Validators } from '../provider.js'
import type { ByteBudget } from './byteBudget.js'
import { HttpFailure, readRetryAfter, statusFailure } from './httpFailure.js'
import type { HttpSettings } from './httpSettings.js'

export interface HttpRequest {
  readonly url: string
  /** Provider and symbol: stands for the request in every message, since a URL may hold a key. */
  readonly name: string
  readonly params?: Readonly<Record<string, string | number>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON by POST; GET without it. */
  readonly body?: unknown
  /** What the last answer was known by: the server may say that nothing has changed. */
  readonly validators?: Validators | undefined
  /** Stricter than the general limit of requests per second, for this host. */
  readonly requestsPerSecond?: number | undefined
  /** Read whatever the status is. */
  readonly anyStatus?: boolean
  /** Masked in every message. */
  readonly secrets?: readonly string[]
  /** Reads the reason out of the body of a failed request. */
  readonly reason?: (text: string) => string
  readonly signal?: AbortSignal | undefined
}

export interface HttpAnswer {
  /** 304 says that nothing has changed since `validators`; its text is empty. */
  readonly status: number
  readonly text: string
  readonly setCookie: readonly string[]
  readonly validators: Validators | undefined
}

const MAX_REDIRECTS = 3

/** With the first request, since most commands send none: loading it is a good part of a command's start. */
const loadAxios = () => import('axios')

/**
 * One attempt: sends the request and waits for the whole answer.
 *
 * @throws HttpFailure in one line that begins with `request.name`; the reason of `request.signal` when it is aborted.
 */
export async function exchange(request: HttpRequest, settings: HttpSettings, budget: ByteBudget): Promise<HttpAnswer> {
  budget.check(request.name)
  const deadline = AbortSignal.timeout(settings.timeoutMs)
  try {
    const response = await call(
      request,
      settings,
      request.signal ? AbortSignal.any([deadline, request.signal]) : deadline,
    )
    budget.take(response.data.length)
    return answer(request, response)
  } catch (error) {
    request.signal?.throwIfAborted()
    if (error instanceof HttpFailure) throw error
    if (deadline.aborted)
      throw new HttpFailure(`${request.name}: no complete answer within ${settings.timeoutMs} ms`, {
        retryable: true,
        hostAtFault: true,
      })
    throw await transportFailure(request.name, error, settings)
  }
}

async function call(request: HttpRequest, settings: HttpSettings, signal: AbortSignal): Promise<AxiosResponse<Buffer>> {
  const { default: axios } = await loadAxios()
  return axios.request<Buffer>({
    url: request.url,
    method: request.body === undefined ? 'GET' : 'POST',
    ...(request.params && { params: request.params }),
    ...(request.body !== undefined && { data: request.body }),
    headers: { ...request.headers, ...conditions(request) },
    responseType: 'arraybuffer',
    validateStatus: null,
    maxContentLength: settings.maxResponseBytes,
    maxRedirects: MAX_REDIRECTS,
    beforeRedirect: (next: { hostname?: string; port?: string | number }) => stayOnHost(request, next),
    signal,
  })
}

/** A redirect elsewhere would carry keys to a host nobody configured and pass by that host's limits. */
function stayOnHost(
  { url, name }: HttpRequest,
  { hostname, port }: { hostname?: string; port?: string | number },
): void {
  const asked = new URL(url)
  const to = `${hostname}${port ? `:${port}` : ''}`
  const same = hostname === asked.hostname && String(port ?? '') === asked.port
  if (!same)
    throw new HttpFailure(`${name}: sent on to another host (${to}), which is not followed`, { retryable: false })
}

function answer(request: HttpRequest, { status, data, headers }: AxiosResponse<Buffer>): HttpAnswer {
  const text = data.toString('utf8')
  const accepted = (status >= 200 && status < 300) || (status === 304 && request.validators !== undefined)
  if (!accepted && !request.anyStatus) {
    const said = request.reason?.(text) ?? ''
    throw statusFailure(request.name, status, readRetryAfter(headers['retry-after'], Date.now()), said)
  }
  const [etag, lastModified] = [headers.etag, headers['last-modified']] as (string | undefined)[]
  const validators =
    etag || lastModified
      ? { url: fingerprint(request), ...(etag && { etag }), ...(lastModified && { lastModified }) }
      : undefined
  return { status, text, setCookie: headers['set-cookie'] ?? [], validators }
}

/** RFC 9110 sections 13.1.2 and 13.1.3; only for the very request the validators came with. */
function conditions(request: HttpRequest): Record<string, string> {
  const { validators } = request
  if (!validators || validators.url !== fingerprint(request)) return {}
  const { etag, lastModified } = validators
  return { ...(etag && { 'If-None-Match': etag }), ...(lastModified && { 'If-Modified-Since': lastModified }) }
}

/** Identifies a request without telling what is in it. */
const fingerprint = ({ url, params }: HttpRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([url, params ?? {}]))
    .digest('hex')

async function transportFailure(name: string, error: unknown, { maxResponseBytes }: HttpSettings): Promise<unknown> {
  const { isAxiosError } = await loadAxios()
  if (!isAxiosError(error)) return error
  const chain = causes(error)
  const own = chain.find((cause) => cause instanceof HttpFailure)
  if (own) return own
  if (error.message.includes('maxContentLength'))
    return new HttpFailure(`${name}: the answer is above the limit of ${maxResponseBytes} bytes`, { retryable: false })
  const code = chain.map((cause) => (cause as NodeJS.ErrnoException).code).findLast((code) => code !== undefined)
  return new HttpFailure(`${name}: the connection failed (${code ?? 'no reason given'})`, {
    retryable: true,
    hostAtFault: true,
  })
}

/** The error and what it was caused by, outermost first. */
function causes(error: Error): Error[] {
  const chain = [error]
  while (chain.at(-1)!.cause instanceof Error) chain.push(chain.at(-1)!.cause as Error)
  return chain
}
