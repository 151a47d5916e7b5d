import { desc, eq } from 'drizzle-orm'
import type { Db } from '../../src/db/database.js'
import { runs } from '../../src/db/schema.js'
import type { TickerProgress } from '../../src/domain/run.js'

/** Begins a run over the market of marketFixture.ts that stands at `progress`. */
export async function beginRun(db: Db, progress: Record<string, TickerProgress>): Promise<void> {
  const startedAt = new Date('2025-06-13T22:03:20Z')
  await db.insert(runs).values({
    trigger: 'schedule',
    status: 'running',
    progress,
    startedAt,
    heartbeatAt: new Date('2025-06-13T22:03:58Z'),
  })
}

/** Moves the newest run on. */
export async function changeRun(db: Db, change: Partial<typeof runs.$inferInsert>): Promise<void> {
  const [newest] = await db.select({ id: runs.id }).from(runs).orderBy(desc(runs.startedAt)).limit(1)
  await db.update(runs).set(change).where(eq(runs.id, newest!.id))
}
