import { setTimeout as after } from 'node:timers'
import { ProviderError } from '../domain/errors.js'
import type { PingJob } from '../domain/job.js'
import type { JobResult } from './jobHandler.js'
import type { RunContext } from './runOnce.js'

const TIMEOUT_MS = 10_000
const PATHS: Readonly<Record<PingJob['event'], string>> = { start: '/start', success: '', fail: '/fail' }

/** What a dead-man's switch such as healthchecks.io is asked for: which run began, or how it ended. */
export function pingUrl(base: string, { event, runId }: PingJob): URL {
  const url = new URL(base)
  url.pathname = `${url.pathname.replace(/\/$/, '')}${PATHS[event]}`
  url.searchParams.set('rid', runId)
  return url
}

/** Tells the dead-man's switch of the configuration; it raises the alarm itself when it hears nothing. */
export class PingHandler {
  constructor(private readonly context: Pick<RunContext, 'config' | 'log'>) {}

  async perform(data: PingJob, signal: AbortSignal): Promise<JobResult> {
    const { pingUrl: base } = this.context.config.alarm
    if (base) await post(pingUrl(base, data), data.message, signal)
    return { commit: async () => {} }
  }

  async failed(): Promise<void> {
    this.context.log.error('the ping URL could not be reached')
  }
}

/** @throws ProviderError that names the host only: the rest of such a URL is a secret. */
async function post(url: URL, body: string, signal: AbortSignal): Promise<void> {
  const late = new AbortController()
  const timer = after(() => late.abort(new Error('no answer in time')), TIMEOUT_MS)
  let status: number
  try {
    const response = await fetch(url, { method: 'POST', body, signal: AbortSignal.any([signal, late.signal]) })
    status = response.status
    await response.body?.cancel()
  } catch (cause) {
    signal.throwIfAborted()
    throw new ProviderError(`the ping URL at ${url.host} does not answer`, { retryable: true, cause })
  } finally {
    clearTimeout(timer)
  }
  if (status >= 400)
    throw new ProviderError(`the ping URL at ${url.host} answers ${status}`, {
      retryable: status >= 500 || status === 429,
    })
}
