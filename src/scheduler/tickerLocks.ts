import { type Lease, tickerLock } from '../db/lease.js'

/** Locks on tickers: both within this process, whose locks in the database do not exclude one another, and over all. */
export class TickerLocks {
  readonly #held = new Set<string>()

  constructor(private readonly lease: Lease) {}

  /** False when somebody is at work on the ticker. */
  async tryLock(ticker: string): Promise<boolean> {
    if (this.#held.has(ticker)) return false
    this.#held.add(ticker)
    let isLocked = false
    try {
      isLocked = await this.lease.tryLock(tickerLock(ticker))
      return isLocked
    } finally {
      if (!isLocked) this.#held.delete(ticker)
    }
  }

  /** Frees it within this process; the lock in the database is the lease's to give up. */
  release(ticker: string): void {
    this.#held.delete(ticker)
  }
}
