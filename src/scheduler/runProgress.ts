import type { TickerProgress } from '../domain/run.js'

export type ProgressListener = (ticker: string, progress: TickerProgress) => void

const FLUSH_EVERY_MS = 500
/** A stage with nothing to tell, such as waiting for a server, still gives a sign of life. */
const HEARTBEAT_MS = 5_000

type Progress = Readonly<Record<string, TickerProgress>>

/**
 * How far a run's tickers have come: told to a listener at once, saved at most twice a second, with a sign of life in
 * between. A save that fails is reported by `stop`, so that it cannot pass unseen.
 */
export class RunProgress {
  #unsaved: Record<string, TickerProgress> = {}
  #saving: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  readonly #heartbeat: NodeJS.Timeout

  /**
   * @param save Stores what has changed; resolves to false when the run is to end.
   * @param onEnd Called when a save says so.
   */
  constructor(
    private readonly save: (changed: Progress) => Promise<boolean>,
    private readonly onEnd: () => void,
    private readonly listener: ProgressListener = () => {},
  ) {
    this.#heartbeat = setInterval(() => this.#enqueue(), HEARTBEAT_MS)
  }

  set(ticker: string, progress: TickerProgress): void {
    this.#unsaved[ticker] = progress
    this.listener(ticker, progress)
    this.#timer ??= setTimeout(() => this.#enqueue(), FLUSH_EVERY_MS)
  }

  /** Saves what is not saved yet, waits for it, and gives no further sign of life. */
  stop(): Promise<void> {
    clearInterval(this.#heartbeat)
    if (Object.keys(this.#unsaved).length > 0) this.#enqueue()
    clearTimeout(this.#timer)
    return this.#saving
  }

  #enqueue(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#saving = this.#saving.then(async () => {
      const changed = this.#unsaved
      this.#unsaved = {}
      if (!(await this.save(changed))) this.onEnd()
    })
    this.#saving.catch(() => {}) // Reported by stop, which returns the same promise.
  }
}
