import { desc, eq } from 'drizzle-orm'
import type { Db } from '../../src/db/database.js'
import { runs, runTickers } from '../../src/db/runSchema.js'
import { NOTHING_DONE, type TickerProgress } from '../../src/domain/run.js'

type RunValues = Partial<typeof runs.$inferInsert> & { progress?: Readonly<Record<string, TickerProgress>> }

/** Adds a run that stands at `progress`. */
export async function addRun(db: Db, { progress = {}, ...values }: RunValues): Promise<void> {
  const [run] = await db
    .insert(runs)
    .values({ trigger: 'schedule', status: 'running', ...values })
    .returning({ id: runs.id })
  await saveProgress(db, run!.id, progress)
}

/** Begins a run over the market of marketFixture.ts that stands at `progress`. */
export const beginRun = (db: Db, progress: Readonly<Record<string, TickerProgress>>): Promise<void> =>
  addRun(db, {
    progress,
    startedAt: new Date('2025-06-13T22:03:20Z'),
    heartbeatAt: new Date('2025-06-13T22:03:58Z'),
  })

/** Moves the newest run on. */
export async function changeRun(db: Db, { progress, ...change }: RunValues): Promise<void> {
  const [newest] = await db.select({ id: runs.id }).from(runs).orderBy(desc(runs.startedAt)).limit(1)
  if (Object.keys(change).length > 0) await db.update(runs).set(change).where(eq(runs.id, newest!.id))
  if (progress) await saveProgress(db, newest!.id, progress)
}

async function saveProgress(db: Db, runId: string, progress: Readonly<Record<string, TickerProgress>>): Promise<void> {
  await db.delete(runTickers).where(eq(runTickers.runId, runId))
  for (const [ticker, now] of Object.entries(progress))
    await db.insert(runTickers).values({ runId, ticker, progress: now, facts: NOTHING_DONE })
}
