/** Lets one wait for something that others say has happened; a ring while nobody waits is kept. */
export class Doorbell {
  #hasRung = false
  #wake: () => void = () => {}

  ring(): void {
    this.#hasRung = true
    this.#wake()
  }

  /** Until it rings, or at most `ms`. */
  async wait(ms?: number): Promise<void> {
    if (!this.#hasRung)
      await new Promise<void>((done) => {
        const timer = ms === undefined ? undefined : setTimeout(done, ms)
        this.#wake = () => {
          clearTimeout(timer)
          done()
        }
      })
    this.#hasRung = false
  }
}
