import { and, asc, eq, getTableColumns, gt } from 'drizzle-orm'
import type { Db } from './database.js'
import { models } from './schema.js'
import type { ModelCard } from './tickerRecord.js'

const { weights: _, ...cardColumns } = getTableColumns(models)

/** At most `limit` models in the order of their ids, those after `after`, of one ticker or of all. */
export const modelPage = (
  db: Db,
  { ticker, after, limit }: { ticker?: string | undefined; after?: string | undefined; limit: number },
): Promise<ModelCard[]> =>
  db
    .select(cardColumns)
    .from(models)
    .where(
      and(
        ticker === undefined ? undefined : eq(models.ticker, ticker),
        after === undefined ? undefined : gt(models.id, after),
      ),
    )
    .orderBy(asc(models.id))
    .limit(limit)

/** The model of that id, without its weights. */
export const findModel = async (db: Db, id: string): Promise<ModelCard | undefined> =>
  (await db.select(cardColumns).from(models).where(eq(models.id, id)))[0]
