import type { Db } from '../db/database.js'
import { type RunDetail, type RunTicker, runDetail } from '../db/runDetail.js'
import type { Stage, TickerFacts } from '../domain/run.js'
import { isRunning, isSilent } from './freshness.js'

/** More tickers than this are counted, not listed. */
const LISTED = 200

export interface RunView extends RunDetail {
  readonly isRunning: boolean
  readonly isSilent: boolean
  /** The tickers that are listed: at work, failed, waiting, then those that ended last. */
  readonly listed: readonly RunTicker[]
  readonly ended: number
  readonly failed: readonly RunTicker[]
  readonly sums: Omit<TickerFacts, 'asOf'>
  /** When a ticker ended last, in ms since 1970; when the run began before the first. */
  readonly lastEnd: number
  /** Whether it may be cancelled or tried again from this page. */
  readonly mayRun: boolean
}

const rank = (stage: Stage): number => ({ failed: 1, waiting: 2, done: 3 })[stage as string] ?? 0

/** Reads one run as its page shows it, or undefined. */
export async function runView(db: Db, id: string, now: Date, mayRun: boolean): Promise<RunView | undefined> {
  const detail = await runDetail(db, id)
  if (!detail) return undefined
  const { run, tickers } = detail
  const ordered = tickers.toSorted(
    (a, b) =>
      rank(a.progress.stage) - rank(b.progress.stage) ||
      (b.finishedAt?.getTime() ?? 0) - (a.finishedAt?.getTime() ?? 0) ||
      (a.ticker < b.ticker ? -1 : 1),
  )
  return {
    ...{ run, tickers, mayRun },
    isRunning: isRunning(run, now),
    isSilent: isSilent(run, now),
    listed: ordered.slice(0, LISTED),
    ended: tickers.filter(({ progress }) => progress.stage === 'done' || progress.stage === 'failed').length,
    lastEnd: Math.max(run.startedAt.getTime(), ...tickers.map(({ finishedAt }) => finishedAt?.getTime() ?? 0)),
    failed: tickers.filter(({ progress }) => progress.stage === 'failed'),
    sums: sumsOf(tickers),
  }
}

function sumsOf(tickers: readonly RunTicker[]): RunView['sums'] {
  const sum = (name: keyof RunView['sums']) => tickers.reduce((total, { facts }) => total + facts[name], 0)
  return {
    ...{ inserted: sum('inserted'), corrected: sum('corrected'), settled: sum('settled') },
    ...{ trained: sum('trained'), forecasts: sum('forecasts') },
  }
}
