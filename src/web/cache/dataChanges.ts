import { changesSince, type Seen } from '../../db/changes.js'
import type { Db } from '../../db/database.js'
import { dataVersion } from '../../db/dataVersion.js'
import { inTurns } from './inTurns.js'

/** Follows what has changed in the database since the first look. Moments are in ms of `performance.now`, each change has its own. */
export class DataChanges {
  #seen: Seen | undefined
  #moment = 0
  /** When all pages changed, when any did, and when those of a ticker did. */
  #all = 0
  #any = 0
  readonly #tickers = new Map<string, number>()

  constructor(private readonly db: Db) {}

  /** The moment of the last change: those committed before the call are known, and data read after it are at least as new. */
  readonly look: () => Promise<number> = inTurns(async () => {
    if ((await dataVersion(this.db)) !== this.#seen?.snapshot) await this.#ask()
    return this.#moment
  })

  /** The last one that is known: data read from now on are at least as new. */
  get moment(): number {
    return this.#moment
  }

  /** When what pages of that ticker show was last seen to change; without one, what any page shows. */
  lastOf(ticker: string | undefined): number {
    return ticker === undefined ? this.#any : Math.max(this.#all, this.#tickers.get(ticker) ?? 0)
  }

  async #ask(): Promise<void> {
    const { seen, about } = await changesSince(this.db, this.#seen)
    this.#seen = seen
    if (about?.length === 0) return
    this.#moment = Math.max(this.#moment + 1, performance.now())
    this.#any = this.#moment
    if (about === null || about.includes('*')) {
      this.#all = this.#moment
      this.#tickers.clear()
    } else for (const ticker of about) this.#tickers.set(ticker, this.#moment)
  }
}
