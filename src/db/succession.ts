import { desc, eq, getTableColumns } from 'drizzle-orm'
import { UserError } from '../domain/errors.js'
import { championOf, crown, lockSuccession, predecessorOf } from './champions.js'
import type { Db } from './database.js'
import { currentModel, lineageOf } from './models.js'
import { models } from './schema.js'
import { endTrial } from './trials.js'

/** Where a change of champion led. */
export interface Changed {
  readonly ticker: string
  readonly lineage: string
  readonly before: string
  readonly reason: string
}

/** Hears of a change that a person made, in its transaction. */
export type SuccessionListener = (tx: Db, changed: Changed, now: Date) => Promise<void>

/**
 * Lets the full training that a model goes back to serve its ticker from the next forecast on, by an operator's word.
 *
 * @throws UserError when there is no such model, it serves already, or it cannot serve.
 */
export const promote = (db: Db, id: string, now: Date, listener?: SuccessionListener): Promise<Changed> =>
  db.transaction(async (tx) => {
    const { weights: _, ...columns } = getTableColumns(models)
    const [model] = await tx.select(columns).from(models).where(eq(models.id, id))
    if (model?.purpose !== 'live') throw new UserError(`no model ${id} that could serve`, { exitCode: 2 })
    const { ticker } = model
    const lineage = lineageOf(model)
    await lockSuccession(tx, ticker)
    const champion = await championOf(tx, ticker)
    if (champion?.lineage === lineage) throw new UserError(`${ticker}: ${id} serves already`)
    await checkThatItCanServe(tx, ticker, lineage)
    const reason = `promoted by hand in place of ${champion?.lineage ?? 'none'}`
    await endTrial(tx, lineage, { outcome: 'promoted', reason: 'promoted by hand' }, now)
    await crown(tx, { ticker, lineage, cause: 'promoted', reason }, now)
    const changed = { ticker, lineage, before: champion?.lineage ?? '', reason }
    await listener?.(tx, changed, now)
    return changed
  })

/**
 * Gives a ticker back to the model that served before its champion first did.
 *
 * @throws UserError when nobody did, or it cannot serve any more.
 */
export const rollBack = (db: Db, ticker: string, now: Date, listener?: SuccessionListener): Promise<Changed> =>
  db.transaction(async (tx) => {
    await lockSuccession(tx, ticker)
    const champion = await championOf(tx, ticker)
    if (!champion)
      throw new UserError(`no model serves '${ticker}': mambacast models list shows who does`, { exitCode: 2 })
    const predecessor = await predecessorOf(tx, champion)
    if (!predecessor) throw new UserError(`${ticker}: no other model served before the one that does`)
    const { lineage } = predecessor
    await checkThatItCanServe(tx, ticker, lineage)
    const reason = `rolled back from ${champion.lineage}`
    await crown(tx, { ticker, lineage, cause: 'rolled back', reason }, now)
    const changed = { ticker, lineage, before: champion.lineage, reason }
    await listener?.(tx, changed, now)
    return changed
  })

/** Its weights must be there, and mean what those of the newest model mean. */
async function checkThatItCanServe(tx: Db, ticker: string, lineage: string): Promise<void> {
  const model = await currentModel(tx, lineage)
  if (!model) throw new UserError(`${ticker}: the weights of ${lineage} were purged`)
  const [newest] = await tx
    .select({ semantics: models.semantics })
    .from(models)
    .where(eq(models.ticker, ticker))
    .orderBy(desc(models.createdAt))
    .limit(1)
  if (model.semantics !== newest?.semantics)
    throw new UserError(`${ticker}: ${lineage} was trained by code that meant something else by its features`)
  if (model.rebasedAt) throw new UserError(`${ticker}: ${lineage} was trained before the price history was re-based`)
}
