import { ProviderError } from '../../domain/errors.js'

export interface HttpFailureOptions {
  readonly retryable: boolean
  /** True when the host itself is in trouble: such failures in a row open its circuit. */
  readonly hostAtFault?: boolean
  /** How long the host asked to be left alone. */
  readonly pauseMs?: number
  /** Of the answer, where there was one. */
  readonly status?: number
}

/** A request that brought nothing usable, in one line without secrets. */
export class HttpFailure extends ProviderError {
  readonly hostAtFault: boolean
  readonly pauseMs: number | undefined
  readonly status: number | undefined
  constructor(
    message: string,
    private readonly options: HttpFailureOptions,
  ) {
    super(message, options)
    this.hostAtFault = options.hostAtFault ?? false
    this.pauseMs = options.pauseMs
    this.status = options.status
  }

  /** The same failure with every secret masked: servers like to repeat the key they were given. */
  masked(secrets: readonly string[]): HttpFailure {
    const forms = secrets.filter(Boolean).flatMap((secret) => [secret, encodeURIComponent(secret)])
    const message = forms.reduce((text, form) => text.replaceAll(form, '***'), this.message)
    return new HttpFailure(message, this.options)
  }
}

/** RFC 9110 section 15.5.9, RFC 8470 section 5.2. */
const RETRYABLE_STATUS = new Set([408, 425])
const SHOWN_CHARACTERS = 200

/**
 * What a status outside 2xx means, `said` being the reason in the server's own words.
 *
 * 429 and 503 may carry Retry-After (RFC 6585 section 4, RFC 9110 section 10.2.3).
 */
export function statusFailure(name: string, status: number, retryAfterMs: number | undefined, said = ''): HttpFailure {
  const line = `${name}: the server answered ${status}${hint(status)}${quote(said)}`
  const pause = retryAfterMs === undefined ? {} : { pauseMs: retryAfterMs }
  if (status === 429) return new HttpFailure(line, { status, retryable: true, ...pause })
  if (status >= 500) return new HttpFailure(line, { status, retryable: true, hostAtFault: true, ...pause })
  return new HttpFailure(line, { status, retryable: RETRYABLE_STATUS.has(status) })
}

/** The server's words as part of a line; empty for a page of HTML. */
export function quote(said: string): string {
  const text = said.replaceAll(/\s+/g, ' ').trim()
  if (text === '' || text.startsWith('<')) return ''
  return `: ${text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text}`
}

/**
 * Milliseconds that a Retry-After header asks for, as seconds or as a date; undefined when it cannot be read.
 *
 * RFC 9110 section 10.2.3.
 */
export function readRetryAfter(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string') return undefined
  const text = header.trim()
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function hint(status: number): string {
  if (status === 401) return ' (the key was not accepted)'
  if (status === 403) return ' (not allowed)'
  if (status === 404) return ' (is the symbol right?)'
  return status === 429 ? ' (too many requests)' : ''
}
