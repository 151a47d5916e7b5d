import type { Db } from '../db/database.js'
import { type MarketReturn, marketReturns } from '../db/marketReturns.js'
import type { OverviewRow } from '../db/overview.js'
import { QUANTILE_LEVELS } from '../domain/forecast.js'
import { SIGNIFICANCE } from '../domain/score.js'
import type { ShownRow } from './overviewView.js'

const MARKET_DAYS = 92
const MOVERS = 5
const CHANGES = 3
/** A change of P(large move) below this is not worth a line. */
const WORTH_TELLING = 0.03

export type ForecastRow = ShownRow & { readonly forecast: NonNullable<OverviewRow['forecast']> }
export type SettledRow = ForecastRow & { readonly last: NonNullable<OverviewRow['last']> }

/** The whole market in brief: what it may do next, who may move most, and what has changed. */
export interface BriefView {
  readonly market: MarketFan | undefined
  /** The likeliest large moves, first the likeliest. */
  readonly movers: readonly ForecastRow[]
  readonly changes: Changes
  readonly chance: Chance
}

/** The mean of all tickers, as if all moved together. */
export interface MarketFan {
  readonly target: string
  readonly tickers: number
  /** Mean of each quantile over the tickers, in percent: the quantiles of their mean where all move together, so the widest. */
  readonly quantiles: readonly number[]
  readonly returns: readonly MarketReturn[]
  readonly isSample: boolean
}

/** How the last forecasts did, and what they say otherwise now. */
export interface Changes {
  readonly session: string | undefined
  readonly settled: number
  readonly inside80: number
  readonly inside95: number
  /** Outside their 95 % interval, the farthest first. */
  readonly misses: readonly SettledRow[]
  /** Whose P(large move) changed most. */
  readonly shifts: readonly SettledRow[]
  readonly gained: readonly string[]
  readonly lost: readonly string[]
}

/** How many verdicts claim skill, and how many would where nothing has any. */
export interface Chance {
  readonly range: number
  readonly mean: number
  readonly judged: number
  readonly byChance: number
}

/** Reads and arranges the brief of `all` tickers. Stale, paused and failed ones do not speak for the market. */
export async function briefView(db: Db, all: readonly ShownRow[]): Promise<BriefView> {
  const current = currentRows(all)
  return {
    market: await marketFan(db, current),
    movers: current.toSorted((a, b) => b.forecast.pLargeMove - a.forecast.pLargeMove).slice(0, MOVERS),
    changes: changesOf(current, all),
    chance: chanceOf(all),
  }
}

/** Tickers whose forecast is about a session to come; sample data only where there is nothing else. */
function currentRows(all: readonly ShownRow[]): ForecastRow[] {
  const spoken = all.filter((row): row is ForecastRow => row.forecast !== null)
  const fresh = spoken.filter(({ freshness }) => ['fresh', 'working'].includes(freshness.state))
  const real = fresh.filter(({ isSample }) => !isSample)
  return real.length > 0 ? real : fresh
}

async function marketFan(db: Db, rows: readonly ForecastRow[]): Promise<MarketFan | undefined> {
  if (rows.length === 0) return undefined
  const isSample = rows.every((row) => row.isSample)
  const newest = rows.map(({ forecast }) => forecast.asOf).sort()
  const target = rows
    .map((row) => row.forecast.target)
    .sort()
    .at(-1)!
  return {
    ...{ target, isSample, tickers: rows.length },
    quantiles: QUANTILE_LEVELS.map(
      (_, k) => rows.reduce((sum, row) => sum + row.forecast.quantiles[k]!, 0) / rows.length,
    ),
    returns: await marketReturns(db, newest.at(-1)!, MARKET_DAYS, isSample),
  }
}

function changesOf(current: readonly ForecastRow[], all: readonly ShownRow[]): Changes {
  const session = current
    .flatMap(({ last }) => last?.session ?? [])
    .sort()
    .at(-1)
  const settled = current.filter((row): row is SettledRow => row.last !== null && row.last.session === session)
  const within = (low: number, high: number) =>
    settled.filter(
      ({ last: { returnPct, quantiles } }) => returnPct >= quantiles[low]! && returnPct <= quantiles[high]!,
    )
  const inside95 = within(0, 8)
  const claims = (verdict: OverviewRow['earlierVerdict']) => Boolean(verdict?.distributionSkill || verdict?.meanSkill)
  const turned = (now: boolean) =>
    all.filter((row) => row.earlierVerdict && claims(row.verdict) === now && claims(row.earlierVerdict) !== now)
  return {
    ...{ session, settled: settled.length, inside80: within(2, 6).length, inside95: inside95.length },
    misses: settled
      .filter((row) => !inside95.includes(row))
      .sort((a, b) => Math.abs(b.last.returnPct) - Math.abs(a.last.returnPct))
      .slice(0, CHANGES),
    shifts: settled
      .filter((row) => Math.abs(shiftOf(row)) >= WORTH_TELLING)
      .sort((a, b) => Math.abs(shiftOf(b)) - Math.abs(shiftOf(a)))
      .slice(0, CHANGES),
    gained: turned(true).map(({ symbol }) => symbol),
    lost: turned(false).map(({ symbol }) => symbol),
  }
}

/** By how much P(large move) has changed since the forecast before. */
export const shiftOf = ({ forecast, last }: SettledRow): number => forecast.pLargeMove - last.pLargeMove

function chanceOf(all: readonly ShownRow[]): Chance {
  const verdicts = all.flatMap(({ verdict }) => verdict ?? [])
  const judged = verdicts.filter(({ dmPValue, cwPValue }) => dmPValue !== null || cwPValue !== null)
  return {
    range: judged.filter(({ distributionSkill }) => distributionSkill).length,
    mean: judged.filter(({ meanSkill }) => meanSkill).length,
    judged: judged.length,
    byChance: judged.length * SIGNIFICANCE,
  }
}
