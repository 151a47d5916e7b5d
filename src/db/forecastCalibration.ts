import { and, eq, sql } from 'drizzle-orm'
import type { Calibration } from '../domain/calibration.js'
import type { Db } from './database.js'
import { firstMade, type ShownForecast } from './overview.js'
import { forecasts } from './schema.js'

/** How a shown forecast of `symbol` was calibrated; undefined where its version did not say. */
export async function forecastCalibration(
  db: Db,
  symbol: string,
  { asOf, model, forecaster }: Pick<ShownForecast, 'asOf' | 'model' | 'forecaster'>,
): Promise<Calibration | undefined> {
  const { ticker, forecaster: name, asOf: session, model: id, calibration } = forecasts
  const [row] = await db
    .select({ calibration })
    .from(forecasts)
    .where(and(eq(ticker, symbol), eq(name, forecaster), eq(session, asOf), eq(id, model)))
    .orderBy(sql`${firstMade}`)
    .limit(1)
  return row?.calibration ?? undefined
}
