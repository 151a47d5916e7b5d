import type { Session } from './session.js'

/** Sends what is due, so that no server has to run; beside one, the two share the work. */
export async function deliverNow(session: Session): Promise<void> {
  const { createWorker } = await import('./work.js') // With every channel in it: a command that is refused waits for none.
  const worker = await createWorker(session, ['deliver'])
  await worker.runUntilIdle()
  await worker.stop(0)
}
