import type { SeriesPoint } from '../domain/series.js'
import { changeAndZScore } from './extras.js'
import type { FeatureColumn } from './series.js'

/** A series as a forecast may see it: every point with the moment it was known, revisions included, in that order. */
export interface ExogenousSeries {
  readonly name: string
  readonly points: readonly SeriesPoint[]
}

/** The newest value known at each of L sessions, and the day it speaks of. */
export interface KnownValues {
  readonly name: string
  /** (L) NaN before anything was known. */
  readonly values: Float64Array
  /** (L) null before anything was known. */
  readonly dates: readonly (string | null)[]
}

/** What is made of each series, in this order. */
export const EXOGENOUS_CHANNELS = ['change', 'z_score', 'age', 'missing'] as const
const ONE_DAY_MS = 86_400_000

/**
 * For each session the value of the latest day that was known at its close, in the revision known then. A point known
 * at exactly the close counts. Nothing is looked at that was known later, so a later revision changes no earlier row.
 *
 * @param closes (L) closes of the sessions, epoch milliseconds, ascending
 */
export function knownValues({ name, points }: ExogenousSeries, closes: readonly number[]): KnownValues {
  const values = new Float64Array(closes.length).fill(Number.NaN)
  const dates = new Array<string | null>(closes.length).fill(null)
  let next = 0
  let current: SeriesPoint | undefined
  closes.forEach((close, t) => {
    for (; next < points.length && points[next]!.knownAt.getTime() <= close; next++)
      if (!current || points[next]!.date >= current.date) current = points[next]!
    if (!current) return
    values[t] = current.value
    dates[t] = current.date
  })
  return { name, values, dates }
}

/**
 * Features of a series at L sessions: change of the known value since the session before and its z-score within 66
 * sessions (`extras.ts`), log of the days since the day it speaks of, and 1 while nothing is known. (L) each.
 *
 * A day without a value keeps the last one, and its age says so.
 */
export function exogenousFeatures({ name, values, dates }: KnownValues, sessions: readonly string[]): FeatureColumn[] {
  const { change, zScore } = changeAndZScore(values)
  const age = values.map((_, t) => Math.log1p(daysBetween(dates[t] ?? null, sessions[t]!)))
  const missing = values.map((value) => (Number.isFinite(value) ? 0 : 1))
  return [change, zScore, age, missing].map((column, i) => ({
    name: `${name}:${EXOGENOUS_CHANNELS[i]}`,
    values: column,
  }))
}

/** Names of the series that a model's features were made of. */
export const seriesNames = (featureNames: readonly string[]): string[] =>
  featureNames.filter((name) => name.endsWith(LAST_CHANNEL)).map((name) => name.slice(0, -LAST_CHANNEL.length))

const LAST_CHANNEL = `:${EXOGENOUS_CHANNELS.at(-1)}`

/** NaN without a first day; 0 where a day ahead, as of a forecast, is known already. */
const daysBetween = (from: string | null, to: string): number =>
  from === null ? Number.NaN : Math.max(0, (Date.parse(to) - Date.parse(from)) / ONE_DAY_MS)
