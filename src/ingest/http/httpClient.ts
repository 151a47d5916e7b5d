import { createHash } from 'node:crypto'
import axios, { type AxiosResponse, isAxiosError } from 'axios'
import { ExponentialBackoff, fullJitterGenerator, handleWhen, retry } from 'cockatiel'
import type { Logger } from '../../log.js'
import type { Validators } from '../provider.js'
import { Host } from './host.js'
import { HttpFailure, readRetryAfter, statusFailure } from './httpFailure.js'
import { DEFAULT_HTTP, type HttpSettings } from './httpSettings.js'

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

/** Asks servers, politely (`HttpSettings`); proxies come from HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
export interface HttpClient {
  /**
   * Sends a request and reads its answer; a `read` that throws a retryable HttpFailure counts as a failed attempt.
   *
   * @throws HttpFailure in one line that begins with `request.name`; the reason of `request.signal` when it is aborted.
   */
  send<T>(request: HttpRequest, read: (answer: HttpAnswer) => T | Promise<T>): Promise<T>
}

const MAX_REDIRECTS = 3
const DAY_MS = 86_400_000

/**
 * Makes a client; hosts, their circuits and the day's bytes are its own, so one serves a whole process. `secrets` are
 * masked in every message, beside those of the request.
 */
export function createHttpClient(
  given: Partial<HttpSettings> = {},
  { log, secrets = [] }: { readonly log?: Logger | undefined; readonly secrets?: readonly string[] } = {},
): HttpClient {
  const settings = { ...DEFAULT_HTTP, ...given }
  const hosts = new Map<string, Host>()
  const budget = new ByteBudget(settings.maxBytesPerDay)
  const hostOf = ({ url, requestsPerSecond = Number.POSITIVE_INFINITY }: HttpRequest): Host => {
    const { host } = new URL(url)
    const rate = Math.min(requestsPerSecond, settings.requestsPerSecond)
    const known = hosts.get(host) ?? new Host(host, { ...settings, requestsPerSecond: rate })
    hosts.set(host, known)
    return known
  }
  const backoff = new ExponentialBackoff({
    generator: fullJitterGenerator,
    initialDelay: settings.backoffMs,
    maxDelay: settings.maxBackoffMs,
  })
  return {
    async send(request, read) {
      const again = handleWhen((error) => error instanceof HttpFailure && error.retryable)
      const policy = retry(again, { maxAttempts: settings.attempts - 1, backoff }).dangerouslyUnref()
      policy.onRetry((failed) => {
        if ('error' in failed)
          log?.info({ reason: failed.error.message, tried: failed.attempt }, 'request failed, trying again')
      })
      const host = hostOf(request)
      const attempt = async () => {
        try {
          return await read(await exchange(request, settings, budget))
        } catch (error) {
          throw error instanceof HttpFailure ? error.masked([...secrets, ...(request.secrets ?? [])]) : error
        }
      }
      return untilAborted(
        policy.execute(() => host.run(request.name, attempt, request.signal)),
        request.signal,
      )
    },
  }
}

/** Bytes left of the UTC day. */
class ByteBudget {
  #day = 0
  #used = 0
  constructor(private readonly perDay: number) {}

  check(name: string): void {
    const day = Math.floor(Date.now() / DAY_MS)
    if (day !== this.#day) [this.#day, this.#used] = [day, 0]
    if (this.#used >= this.perDay)
      throw new HttpFailure(`${name}: not asked, for today's ${this.perDay} bytes are used up`, { retryable: false })
  }

  take(bytes: number): void {
    this.#used += bytes
  }
}

async function exchange(request: HttpRequest, settings: HttpSettings, budget: ByteBudget): Promise<HttpAnswer> {
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
    throw transportFailure(request.name, error, settings)
  }
}

const call = (request: HttpRequest, settings: HttpSettings, signal: AbortSignal): Promise<AxiosResponse<Buffer>> =>
  axios.request<Buffer>({
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

function transportFailure(name: string, error: unknown, { maxResponseBytes }: HttpSettings): unknown {
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

function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
