import type { Bar } from '../domain/bar.js'

/** A row that was not taken in, and why. */
export interface RefusedRow {
  /** File, URL or generator the row came from. */
  readonly source: string
  /** 1-based line within the source, header included. */
  readonly line: number
  readonly reason: string
}

/** What a provider delivers for one ticker: valid bars in ascending session order, and the rows it refused. */
export interface ProviderResult {
  readonly bars: readonly Bar[]
  readonly refused: readonly RefusedRow[]
}

export interface FetchRequest {
  readonly symbol: string
  /** Present moment; a provider never reads the clock itself. */
  readonly now: Date
  readonly signal?: AbortSignal
}

/** A source of daily bars. Adding one is one file and one line in `providers.ts`. */
export interface Provider {
  readonly name: string
  /** True when its bars are made up. */
  readonly isSample: boolean
  /** Symbols it can list by itself (empty when it cannot). */
  list(): Promise<readonly string[]>
  /** @throws ProviderError with one line that names the source and what to do. */
  fetchBars(request: FetchRequest): Promise<ProviderResult>
}
