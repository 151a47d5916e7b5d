import type { Bar } from '../domain/bar.js'
import type { CorporateAction } from '../domain/corporateAction.js'

/** A row that was not taken in, and why. */
export interface RefusedRow {
  /** File, request or generator the row came from. */
  readonly source: string
  /** 1-based: line of a file with its header, or place in a list. */
  readonly line: number
  readonly reason: string
}

/** By what an HTTP answer can be asked for again only if it has changed (RFC 9110 section 8.8). */
export interface Validators {
  /** Hash of the request they belong to. */
  readonly url: string
  readonly etag?: string
  readonly lastModified?: string
}

/** What a provider delivers for one ticker: valid bars in ascending session order, and the rows it refused. */
export interface ProviderResult {
  readonly bars: readonly Bar[]
  readonly refused: readonly RefusedRow[]
  /** Splits and dividends of the fetched sessions, where the provider knows them. */
  readonly actions?: readonly CorporateAction[]
  readonly validators?: Validators | undefined
  /** True when the server said that nothing has changed since `FetchRequest.validators`; no bars then. */
  readonly notModified?: boolean
}

export interface FetchRequest {
  readonly symbol: string
  /** Present moment; a provider never reads the clock itself. */
  readonly now: Date
  /** First session that is wanted; earlier ones may come too. The whole history without it. */
  readonly since?: string | undefined
  readonly validators?: Validators | undefined
  readonly signal?: AbortSignal
}

/** A source of daily bars. Adding one is one file and one line in `providers.ts` (docs/providers.md). */
export interface Provider {
  readonly name: string
  /** True when its bars are made up. */
  readonly isSample: boolean
  /** True when it can be asked for sessions from `since` on. */
  readonly isIncremental: boolean
  /** Relative difference below which a price or volume fetched again is the same: rounding, not a correction. */
  readonly precision: number
  /** Symbols it can list by itself (empty when it cannot). */
  list(): Promise<readonly string[]>
  /** @throws ProviderError with one line that names the source and what to do. */
  fetchBars(request: FetchRequest): Promise<ProviderResult>
}
