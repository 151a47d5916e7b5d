import { ExponentialBackoff, fullJitterGenerator, handleWhen, retry } from 'cockatiel'
import type { Logger } from '../../log.js'
import { ByteBudget } from './byteBudget.js'
import { exchange, type HttpAnswer, type HttpRequest } from './exchange.js'
import { Host } from './host.js'
import { HttpFailure } from './httpFailure.js'
import { DEFAULT_HTTP, type HttpSettings } from './httpSettings.js'

/** Asks servers, politely (`HttpSettings`); proxies come from HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
export interface HttpClient {
  /**
   * Sends a request and reads its answer; a `read` that throws a retryable HttpFailure counts as a failed attempt.
   *
   * @throws HttpFailure in one line that begins with `request.name`; the reason of `request.signal` when it is aborted.
   */
  send<T>(request: HttpRequest, read: (answer: HttpAnswer) => T | Promise<T>): Promise<T>
}

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

function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
