import type { Session } from './session.js'
import { createWorker } from './work.js'

/** Sends what is due, so that no server has to run; beside one, the two share the work. */
export async function deliverNow(session: Session): Promise<void> {
  const worker = await createWorker(session, ['deliver'])
  await worker.runUntilIdle()
  await worker.stop(0)
}
