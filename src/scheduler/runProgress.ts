import type { Stage, TickerProgress } from '../domain/run.js'

export type ProgressListener = (ticker: string, progress: TickerProgress) => void

const FLUSH_EVERY_MS = 500

/**
 * How far a run has come: told to a listener at once, and saved at most twice a second. A save that fails is reported by
 * the next `flush`, so that it cannot pass unseen.
 */
export class RunProgress {
  readonly #byTicker: Record<string, TickerProgress> = {}
  #saving: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly save: (progress: Readonly<Record<string, TickerProgress>>) => Promise<void>,
    private readonly listener: ProgressListener = () => {},
  ) {}

  set(
    ticker: string,
    stage: Stage,
    details: Omit<TickerProgress, 'stage' | 'done' | 'total'> & { done?: number; total?: number } = {},
  ): void {
    const progress = { stage, done: 0, total: 0, ...details }
    this.#byTicker[ticker] = progress
    this.listener(ticker, progress)
    this.#timer ??= setTimeout(() => this.#enqueue(), FLUSH_EVERY_MS)
  }

  get current(): Readonly<Record<string, TickerProgress>> {
    return this.#byTicker
  }

  /** Saves what is not saved yet and waits for it. */
  flush(): Promise<void> {
    this.#enqueue()
    return this.#saving
  }

  #enqueue(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#saving = this.#saving.then(() => this.save({ ...this.#byTicker }))
    this.#saving.catch(() => {}) // Reported by flush, which returns the same promise.
  }
}
