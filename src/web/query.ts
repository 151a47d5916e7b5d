import type { Context } from 'hono'
import { z } from 'zod'
import { SCORE_WINDOWS, type ScoreWindow } from '../domain/score.js'
import { sessionDate } from './api/values.js'

export const SORT_KEYS = [
  ...(['symbol', 'session', 'median', 'range', 'up', 'move'] as const),
  ...(['last', 'error', 'coverage', 'verdict'] as const),
] as const
export const STATES = ['fresh', 'working', 'stale', 'failed', 'paused', 'waiting'] as const
export const RANGES = { '3m': 3, '1y': 12, '5y': 60, all: null } as const
export const ROLLING_FIGURES = ['pinball', 'mae', 'rmse', 'crps', 'coverage_80', 'coverage_95', 'winkler_95'] as const

export type Range = keyof typeof RANGES
export type RollingFigure = (typeof ROLLING_FIGURES)[number]

/** The query values of a request are not what they may be. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
}

export const overviewSchema = z.object({
  q: z.string().trim().max(100).default(''),
  verdict: z.enum(['any', 'skill', 'none']).default('any'),
  state: z.enum(['any', ...STATES]).default('any'),
  exchange: z.string().trim().max(20).default(''),
  sort: z.enum(SORT_KEYS).default('symbol'),
  dir: z.enum(['asc', 'desc']).default('asc'),
  page: z.coerce.number().int().min(1).max(10_000).default(1),
})

export const rangeSchema = z.object({ range: z.enum(Object.keys(RANGES) as [Range, ...Range[]]).default('1y') })

export const rollingSchema = z.object({
  window: z
    .enum(SCORE_WINDOWS.map(String) as [string, ...string[]])
    .default('60')
    .transform((text) => Number(text) as ScoreWindow),
  figure: z.enum(ROLLING_FIGURES).default('pinball'),
  vs: z.array(z.string().max(40)).max(20).optional(),
})

/** PostgreSQL's text holds no NUL. */
const symbolText = z
  .string()
  .max(100)
  .refine((text) => !text.includes('\0'), 'it holds a NUL character')

const modelsSchema = z.object({ ticker: symbolText.optional(), after: symbolText.optional() })

const nextSchema = z.object({ seen: z.iso.date().optional() })

const beforeSchema = z.object({ before: sessionDate.optional() })

const runsSchema = z.object({
  before: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .optional(),
})

const tickerSchema = rollingSchema.extend(rangeSchema.shape)
const seriesSchema = rollingSchema.extend(beforeSchema.shape)

export type OverviewQuery = z.infer<typeof overviewSchema>
export type RollingQuery = z.infer<typeof rollingSchema>
export type SeriesQuery = z.infer<typeof seriesSchema>
export type TickerQuery = z.infer<typeof tickerSchema>

/** The entries of an overview query that differ from the plain page, for addresses. */
export const overviewParams = ({
  q,
  verdict,
  state,
  exchange,
  sort,
  dir,
  page,
}: OverviewQuery): Record<string, string | undefined> => ({
  q: q || undefined,
  verdict: verdict === 'any' ? undefined : verdict,
  state: state === 'any' ? undefined : state,
  exchange: exchange || undefined,
  sort: sort === 'symbol' ? undefined : sort,
  dir: dir === 'asc' ? undefined : dir,
  page: page === 1 ? undefined : String(page),
})

/** Whether less than the whole market is asked for. */
export const isFiltered = ({ q, verdict, state, exchange, page }: OverviewQuery): boolean =>
  q !== '' || verdict !== 'any' || state !== 'any' || exchange !== '' || page > 1

/** How the overview is filtered and sorted. @throws QueryError naming the value that is not allowed. */
export const overviewQuery = (c: Context): OverviewQuery => parse(c, overviewSchema)

/** What the ticker page shows. @throws QueryError naming the value that is not allowed. */
export const tickerQuery = (c: Context): TickerQuery => parse(c, tickerSchema)

/** The session from which a table goes back. @throws QueryError when it is none. */
export const beforeQuery = (c: Context): string | undefined => parse(c, beforeSchema).before

/** Which rolling figures a table shows, and from where it goes back. @throws QueryError naming the value that is not allowed. */
export const seriesQuery = (c: Context): SeriesQuery => parse(c, seriesSchema)

/** How an address names a run. */
export const RUN_ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

/** The moment before which runs are asked for. @throws QueryError when it is none. */
export const runsQuery = (c: Context): Date | undefined => parse(c, runsSchema).before

/** Whose models are shown: of one ticker, or of those after a symbol. @throws QueryError when a value is too long. */
export const modelsQuery = (c: Context): z.infer<typeof modelsSchema> => parse(c, modelsSchema)

/** The forecast that the page already shows. @throws QueryError naming the value that is not allowed. */
export const seenQuery = (c: Context): string | undefined => parse(c, nextSchema).seen

/** What would be allowed, in words that wrap. */
const expectation = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_value'
    ? `expected one of ${issue.values.join(', ')}.`
    : issue.message.replace(/^(Invalid input|Too big|Too small): (expected .*)$/, '$2.')

/** The query of a request; an empty value, as forms send them, is as good as none. @throws QueryError naming a wrong one. */
export function parse<T extends z.ZodType>(c: Context, schema: T): z.infer<T> {
  const { vs, ...single } = c.req.queries()
  // PostgreSQL text holds no NUL, so nothing is named by one.
  const odd = Object.entries(c.req.queries()).find(([, values]) => values.some((value) => value.includes('\0')))
  if (odd)
    throw new QueryError(`The value of "${odd[0].replaceAll('\0', '')}" is not allowed: it holds a NUL character`)
  const given = Object.fromEntries(Object.entries(single).flatMap(([name, [value]]) => (value ? [[name, value]] : [])))
  const result = schema.safeParse(vs ? { ...given, vs: vs.filter(Boolean) } : given)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  throw new QueryError(`The value of "${issue.path.join('.')}" is not allowed: ${expectation(issue)}`)
}
