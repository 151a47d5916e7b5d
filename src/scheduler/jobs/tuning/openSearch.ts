import { createHash } from 'node:crypto'
import type { Db } from '../../../db/database.js'
import { beginSearch, latestSearchOf, type TuningSearch } from '../../../db/tuning.js'
import type { TuningRequest } from '../../../domain/tuning.js'
import type { TickerInputs } from '../tickerData.js'
import { cutHolds, type TuningData, tuningData } from './tuningData.js'

export interface OpenSearch {
  readonly id: string
  readonly tickers: readonly TuningData[]
  /** True when it was begun before. */
  readonly isResumed: boolean
}

/**
 * The search that answers a request: the newest one while it is unfinished and its bars are what they were, or one with
 * the cut where it lies today.
 * @throws UserError when a ticker has too few sessions.
 */
export async function openSearch(
  db: Db,
  request: TuningRequest,
  inputs: readonly TickerInputs[],
  now: Date,
): Promise<OpenSearch> {
  const requestHash = hashOf(request)
  const latest = await latestSearchOf(db, requestHash)
  if (latest && latest.finishedAt === null && stillHolds(latest, inputs)) {
    const tickers = inputs.map((one, i) => tuningData(one, latest.cuts[i]!))
    return { id: latest.id, tickers, isResumed: true }
  }
  const tickers = inputs.map((one) => tuningData(one))
  const cuts = tickers.map(({ cut }) => cut)
  const id = `tune-${hashOf([request, cuts]).slice(0, 12)}`
  await beginSearch(db, { id, requestHash, tickers: [...request.tickers], request, cuts, startedAt: now })
  return { id, tickers, isResumed: latest?.id === id }
}

const stillHolds = ({ cuts }: TuningSearch, inputs: readonly TickerInputs[]): boolean =>
  inputs.every((one, i) => cutHolds(one, cuts[i]!))

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')
