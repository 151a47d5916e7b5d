import { setTimeout as wait } from 'node:timers/promises'
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel'
import pLimit, { type LimitFunction } from 'p-limit'
import pThrottle from 'p-throttle'
import { HttpFailure } from './httpFailure.js'
import type { HttpSettings } from './httpSettings.js'

type Settings = Pick<HttpSettings, 'requestsPerSecond' | 'concurrency' | 'longestPauseMs' | 'breakAfter' | 'breakForMs'>

/** One server as all its providers see it: rate, concurrency, pauses it asked for, and a circuit breaker. */
export class Host {
  readonly #limit: LimitFunction
  readonly #slot: () => Promise<unknown>
  readonly #breaker
  #pausedUntil = 0

  constructor(
    private readonly host: string,
    private readonly settings: Settings,
  ) {
    this.#limit = pLimit(settings.concurrency)
    this.#slot = Number.isFinite(settings.requestsPerSecond)
      ? pThrottle({ limit: 1, interval: 1000 / settings.requestsPerSecond })(async () => {})
      : async () => {}
    this.#breaker = circuitBreaker(
      handleWhen((error) => error instanceof HttpFailure && error.hostAtFault),
      { halfOpenAfter: settings.breakForMs, breaker: new ConsecutiveBreaker(settings.breakAfter) },
    )
  }

  /**
   * Does one attempt when it is the host's turn; `name` stands for it in messages.
   *
   * @throws HttpFailure, not retryable, while the circuit is open or a long pause was asked for; else what `attempt` throws.
   */
  run<T>(name: string, attempt: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#limit(async () => {
      signal?.throwIfAborted()
      await this.#slot()
      await this.#endOfPause(name, signal)
      try {
        return await this.#breaker.execute(attempt) // a refusal below is thrown outside and counts no failure
      } catch (error) {
        if (error instanceof BrokenCircuitError)
          throw this.#leftAlone(name, `failed ${this.settings.breakAfter} times in a row`)
        if (error instanceof HttpFailure && error.pauseMs !== undefined)
          this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + error.pauseMs)
        throw error
      }
    })
  }

  async #endOfPause(name: string, signal: AbortSignal | undefined): Promise<void> {
    for (let left = this.#pausedUntil - Date.now(); left > 0; left = this.#pausedUntil - Date.now()) {
      if (left > this.settings.longestPauseMs)
        throw this.#leftAlone(name, `asked to be left alone for ${Math.ceil(left / 1000)} s`)
      await wait(left, undefined, signal ? { signal } : {})
    }
  }

  #leftAlone(name: string, why: string): HttpFailure {
    return new HttpFailure(`${name}: ${this.host} is not asked, for it ${why}`, { retryable: false, hostAtFault: true })
  }
}
