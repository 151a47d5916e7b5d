import { eq } from 'drizzle-orm'
import type { Db } from './database.js'
import { panels } from './panelSchema.js'

export type PanelRow = typeof panels.$inferSelect

/** The panel of that id, weights included; undefined before it was trained. */
export const findPanel = async (db: Db, id: string): Promise<PanelRow | undefined> =>
  (await db.select().from(panels).where(eq(panels.id, id)))[0]

/** Stores a panel once: the same training gives the same id. */
export async function savePanel(db: Db, row: PanelRow): Promise<void> {
  await db.insert(panels).values(row).onConflictDoNothing()
}
