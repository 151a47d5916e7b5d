import { once } from 'node:events'
import type { JobKind } from '../domain/job.js'
import { jobHandlers } from '../scheduler/jobHandlers.js'
import { jobsAtOnce } from '../scheduler/jobsAtOnce.js'
import { Supervisor } from '../scheduler/supervisor.js'
import { Worker } from '../scheduler/worker.js'
import { Interruption, type Session } from './session.js'

/** A worker of this session for jobs of those kinds; for all, unless said otherwise. */
export async function createWorker(
  { database, config, log, runContext }: Session,
  kinds?: readonly JobKind[],
): Promise<Worker> {
  const handlers = jobHandlers(runContext, kinds)
  const trains = !kinds || kinds.includes('train')
  const concurrency = trains ? await jobsAtOnce(runContext) : runContext.concurrency
  return new Worker({ database, log, handlers, concurrency, limits: config.worker.concurrency })
}

/**
 * Works, and looks after what dead processes left, until the session is interrupted. SIGTERM lets jobs end within the
 * grace of the configuration; after Ctrl-C they go back to the queue at once, for somebody is waiting.
 *
 * @param before Done first when the session ends.
 */
export async function workUntilInterrupted(
  session: Session,
  kinds: readonly JobKind[] | undefined,
  before: () => Promise<void>,
): Promise<void> {
  const { runContext, signal, config, log } = session
  const worker = await createWorker(session, kinds)
  const supervisor = new Supervisor(runContext)
  supervisor.start()
  const working = worker.run()
  try {
    if (!signal.aborted) await Promise.race([once(signal, 'abort'), working])
  } finally {
    log.info({ jobs: worker.jobsAtWork }, 'stopping')
    await before()
    await supervisor.stop()
    const isPatient = signal.reason instanceof Interruption && signal.reason.by === 'SIGTERM'
    await worker.stop(isPatient ? config.worker.graceSeconds * 1000 : 0)
  }
  await working
}
