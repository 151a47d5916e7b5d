import { HttpFailure } from './httpFailure.js'

const DAY_MS = 86_400_000

/** Counts the bytes of a UTC day. */
export class ByteBudget {
  #day = 0
  #used = 0
  constructor(private readonly perDay: number) {}

  /** @throws HttpFailure when the day's bytes are used up. */
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
