import http from 'node:http'
import https from 'node:https'
import { type AddressPolicy, guardedLookup, type Resolve, refusedAddress } from './addressPolicy.js'
import { checkUrlForm } from './checkUrl.js'

export interface HttpRequest {
  readonly url: string
  readonly method: 'POST' | 'PUT'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** What became of a request; `status` is null when no answer came. */
export interface Answer {
  readonly status: number | null
  /** Value of Retry-After. */
  readonly retryAfter: string | undefined
  /** First bytes of the body, or why there was no answer. */
  readonly text: string
  readonly latencyMs: number
}

export interface HttpSenderOptions {
  readonly policy: AddressPolicy
  readonly resolve: Resolve
  /** From the look-up of the name to the status line. */
  readonly timeoutMs: number
}

/** Bytes of an answer that are read; more is cut off. */
const MOST_BYTES = 16 * 1024
const SHOWN_CHARACTERS = 500
/** Once the status is known the rest may take no longer. */
const BODY_TIMEOUT_MS = 1_000

/** Sends requests to judged addresses only, follows no redirect, and reads no more of an answer than a log needs. */
export class HttpSender {
  readonly #agents: { readonly 'http:': http.Agent; readonly 'https:': https.Agent }

  constructor(private readonly options: HttpSenderOptions) {
    const settings = { keepAlive: true, maxFreeSockets: 64, lookup: guardedLookup(options.policy, options.resolve) }
    this.#agents = { 'http:': new http.Agent(settings), 'https:': new https.Agent(settings) }
  }

  /** Never throws for what the other side does. @throws when `signal` aborts: nothing is known of the request then. */
  async send(request: HttpRequest, signal?: AbortSignal): Promise<Answer> {
    const started = performance.now()
    const latencyMs = () => Math.round(performance.now() - started)
    try {
      return { ...(await this.#attempt(request, signal)), latencyMs: latencyMs() }
    } catch (error) {
      signal?.throwIfAborted()
      return { status: null, retryAfter: undefined, text: reasonOf(error as Error), latencyMs: latencyMs() }
    }
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy()
  }

  /** A kept connection that the other side has just closed says nothing about the other side: it is tried again at once. */
  async #attempt(request: HttpRequest, signal?: AbortSignal, isSecond = false): Promise<Omit<Answer, 'latencyMs'>> {
    const { policy, timeoutMs } = this.options
    const url = checkUrlForm(request.url, policy)
    const refused = /^[\d.]+$|^\[/.test(url.hostname) && refusedAddress(url.hostname.replace(/[[\]]/g, ''), policy)
    if (refused) throw new Error(`refused: ${refused}`)
    let isReused = false
    try {
      return await new Promise((done, fail) => {
        const length = String(Buffer.byteLength(request.body))
        const sent = (url.protocol === 'https:' ? https : http).request(url, {
          ...{ method: request.method, headers: { ...request.headers, 'content-length': length } },
          agent: this.#agents[url.protocol as 'http:' | 'https:'],
          ...(signal && { signal }),
        })
        const late = setTimeout(() => sent.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs)
        sent.on('close', () => clearTimeout(late))
        sent.on('error', (error) => {
          isReused = sent.reusedSocket
          fail(error)
        })
        sent.on('response', (response) => {
          clearTimeout(late)
          void read(response).then((text) =>
            done({ status: response.statusCode!, retryAfter: response.headers['retry-after'], text }),
          )
        })
        sent.end(request.body)
      })
    } catch (error) {
      const isStale = isReused && ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')
      if (isStale && !isSecond && !signal?.aborted) return this.#attempt(request, signal, true)
      throw error
    }
  }
}

/** The first bytes as text. A body that is long, slow or broken off is left: the status has said what counts. */
function read(response: http.IncomingMessage): Promise<string> {
  return new Promise((done) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const finish = () => {
      clearTimeout(late)
      done(Buffer.concat(chunks).toString('utf8').slice(0, SHOWN_CHARACTERS))
    }
    const leave = () => {
      finish()
      response.destroy()
    }
    const late = setTimeout(leave, BODY_TIMEOUT_MS)
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= MOST_BYTES) leave()
    })
    response.on('end', finish)
    response.on('error', finish)
    response.on('close', finish)
  })
}

function reasonOf(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code
  return `${error.message || code || 'no answer'}`.slice(0, SHOWN_CHARACTERS)
}
