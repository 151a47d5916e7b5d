import type { Bar } from '../domain/bar.js'
import { RefusedCell } from './checkBar.js'
import { longestAscending } from './longestAscending.js'
import type { RefusedRow } from './provider.js'

interface Row {
  readonly line: number
  readonly bar: Bar
}

/** Gathers the rows of one answer: bars that are valid, and why the others are not. */
export class RowCollector {
  readonly #rows: Row[] = []
  readonly #refused: RefusedRow[] = []

  /** `source` names the file or request in refused rows. */
  constructor(private readonly source: string) {}

  /** Takes one row; `read` throws RefusedCell when it is no bar. */
  add(line: number, read: () => Bar): void {
    try {
      this.#rows.push({ line, bar: read() })
    } catch (error) {
      if (!(error instanceof RefusedCell)) throw error
      this.#refused.push({ source: this.source, line, reason: error.message })
    }
  }

  /**
   * Bars in ascending session order, and all refused rows by line.
   *
   * Rows may run from old to new or from new to old. Where dates are doubled or out of order the fewest are refused.
   */
  finish(): { bars: Bar[]; refused: RefusedRow[] } {
    const bars = this.#ascending()
    this.#refused.sort((a, b) => a.line - b.line)
    return { bars, refused: this.#refused }
  }

  #ascending(): Bar[] {
    const steps = this.#rows.slice(1).map((row, i) => (row.bar.session < this.#rows[i]!.bar.session ? -1 : 1))
    const newestFirst = steps.reduce<number>((sum, step) => sum + step, 0) < 0
    const ordered = newestFirst ? this.#rows.toReversed() : this.#rows
    const kept = longestAscending(ordered.map((row) => row.bar.session)).map((i) => ordered[i]!)
    if (kept.length === ordered.length) return kept.map((row) => row.bar)
    const lineOf = new Map(kept.map((row) => [row.bar.session, row.line]))
    const isKept = new Set(kept)
    for (const { line, bar } of this.#rows.filter((row) => !isKept.has(row))) {
      const twin = lineOf.get(bar.session)
      const reason = twin ? `date ${bar.session} is already on line ${twin}` : `date ${bar.session} is out of order`
      this.#refused.push({ source: this.source, line, reason })
    }
    return kept.map((row) => row.bar)
  }
}
