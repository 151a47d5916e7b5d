import { type SQL, sql } from 'drizzle-orm'
import type { Calibration } from '../domain/calibration.js'
import type { Db } from './database.js'
import { firstMade, type ShownForecast, shownForecastColumns } from './overview.js'

/** A bar on the price basis of the newest one, so that splits do not jump. */
export interface DisplayBar {
  readonly session: string
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** As its provider gave it. */
  readonly volume: number
  /** Product of the ratios of all later sessions: multiplies a price quoted in this session. */
  readonly factor: number
}

type DrawnColumns = 'asOf' | 'target' | 'origin' | 'lastClose' | 'mean' | 'quantiles'

/** A forecast with what came of it; null where the session is not over. */
export interface PastForecast extends Pick<ShownForecast, DrawnColumns> {
  readonly outcome: { readonly session: string; readonly returnPct: number } | null
}

/** The newest `newest` of a ticker's rows, only those before session `before` where one is given. */
export interface NewestPart {
  readonly newest: number
  readonly before?: string | undefined
}

/** Sessions from `since` on. */
export interface SincePart {
  readonly since: string
}

/** Bars of the last `months` before the newest one (all with null), or a part of them, oldest first, adjusted for display. */
export async function displayBars(
  db: Db,
  symbol: string,
  part: { readonly months: number | null } | SincePart | NewestPart,
): Promise<DisplayBar[]> {
  const [rows, later] = await Promise.all([
    db.execute<Omit<DisplayBar, 'factor'> & { ratio: number }>(sql`
      select session, open, high, low, close, volume, ratio from bars
      where ticker = ${symbol} ${'months' in part ? lastMonths(symbol, part.months) : within(sql`session`, part)}
      order by session desc ${limitOf(part)}`),
    'before' in part && part.before !== undefined ? ratiosFrom(db, symbol, part.before) : [],
  ])
  let factor = later.reduce((product, { ratio }) => product * ratio, 1)
  return rows
    .map(({ ratio, session, volume, ...prices }) => {
      const [open, high, low, close] = [prices.open, prices.high, prices.low, prices.close].map((p) => p * factor)
      const bar = { session, open: open!, high: high!, low: low!, close: close!, volume, factor }
      factor *= ratio
      return bar
    })
    .reverse()
}

const lastMonths = (symbol: string, months: number | null) =>
  months === null
    ? sql``
    : sql`and session >= (select max(session) from bars where ticker = ${symbol}) - make_interval(months => ${months})`

const within = (session: SQL, part: SincePart | NewestPart) => {
  if ('since' in part) return sql`and ${session} >= ${part.since}`
  return part.before === undefined ? sql`` : sql`and ${session} < ${part.before}`
}

const limitOf = (part: object | NewestPart) => ('newest' in part ? sql`limit ${part.newest}` : sql``)

/** What divides prices before session `since` from the newest, newest first. */
const ratiosFrom = (db: Db, symbol: string, since: string): Promise<readonly { ratio: number }[]> =>
  db.execute<{ ratio: number }>(sql`
    select ratio from bars where ticker = ${symbol} and session >= ${since} and ratio <> 1 order by session desc`)

/** Forecasts of `forecaster`, oldest first: one per session it was made after, never a later repaint. */
export async function pastForecasts(
  db: Db,
  symbol: string,
  forecaster: string,
  part: SincePart | NewestPart,
): Promise<PastForecast[]> {
  const rows = await db.execute<PastForecast & Record<string, unknown>>(sql`
    select f.*, case when o.session is null then null
      else json_build_object('session', o.session, 'returnPct', o.return_pct) end as outcome
    from (
      select distinct on (as_of) as_of as "asOf", target, origin, last_close as "lastClose", mean, quantiles from forecasts
      where ticker = ${symbol} and forecaster = ${forecaster} ${within(sql`as_of`, part)}
      order by as_of desc, ${firstMade} ${limitOf(part)}
    ) f
    left join outcomes o on o.ticker = ${symbol} and o.as_of = f."asOf"
    order by f."asOf"`)
  return [...rows]
}

/** A forecast of the next session, and how it was calibrated; null for baselines and where its version did not say. */
export interface NextForecast extends ShownForecast {
  readonly calibration: Calibration | null
}

/** Every forecaster's forecast made after the newest session that `forecaster` spoke about, by name. */
export async function nextForecasts(db: Db, symbol: string, forecaster: string): Promise<NextForecast[]> {
  const rows = await db.execute<NextForecast & Record<string, unknown>>(sql`
    select distinct on (forecaster) ${shownForecastColumns}, calibration from forecasts
    where ticker = ${symbol} and as_of = (
      select max(as_of) from forecasts where ticker = ${symbol} and forecaster = ${forecaster}
    )
    order by forecaster, ${firstMade}`)
  return [...rows]
}
