import { sql } from 'drizzle-orm'
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

/** A forecast with what came of it; null where the session is not over. */
export interface PastForecast extends ShownForecast {
  readonly outcome: { readonly session: string; readonly returnPct: number } | null
}

/** Bars of the last `months` before the newest one (all with null), oldest first, adjusted for display. */
export async function displayBars(db: Db, symbol: string, months: number | null): Promise<DisplayBar[]> {
  const since =
    months === null
      ? sql`true`
      : sql`session >= (select max(session) from bars where ticker = ${symbol}) - make_interval(months => ${months})`
  const rows = await db.execute<Omit<DisplayBar, 'factor'> & { ratio: number }>(sql`
    select session, open, high, low, close, volume, ratio from bars
    where ticker = ${symbol} and ${since} order by session desc`)
  let factor = 1
  return rows
    .map(({ ratio, session, volume, ...prices }) => {
      const [open, high, low, close] = [prices.open, prices.high, prices.low, prices.close].map((p) => p * factor)
      const bar = { session, open: open!, high: high!, low: low!, close: close!, volume, factor }
      factor *= ratio
      return bar
    })
    .reverse()
}

/** The forecasts of `forecaster` made from session `since` on, oldest first: one per session, never a later repaint. */
export async function pastForecasts(
  db: Db,
  symbol: string,
  forecaster: string,
  since: string,
): Promise<PastForecast[]> {
  const rows = await db.execute<PastForecast & Record<string, unknown>>(sql`
    select f.*, case when o.session is null then null
      else json_build_object('session', o.session, 'returnPct', o.return_pct) end as outcome
    from (
      select distinct on (as_of) ${shownForecastColumns} from forecasts
      where ticker = ${symbol} and forecaster = ${forecaster} and as_of >= ${since}
      order by as_of, ${firstMade}
    ) f
    left join outcomes o on o.ticker = ${symbol} and o.as_of = f."asOf"
    order by f."asOf"`)
  return [...rows]
}

/** Every forecaster's forecast made after the newest session that `forecaster` spoke about, by name. */
export async function nextForecasts(db: Db, symbol: string, forecaster: string): Promise<ShownForecast[]> {
  const rows = await db.execute<ShownForecast & Record<string, unknown>>(sql`
    select distinct on (forecaster) ${shownForecastColumns} from forecasts
    where ticker = ${symbol} and as_of = (
      select max(as_of) from forecasts where ticker = ${symbol} and forecaster = ${forecaster}
    )
    order by forecaster, ${firstMade}`)
  return [...rows]
}
