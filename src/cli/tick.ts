import type { Command } from 'commander'
import { UserError } from '../domain/errors.js'
import { enqueueDue } from '../scheduler/enqueueDue.js'
import { maintain, reclaim } from '../scheduler/supervisor.js'
import { registerSeries } from './registerSeries.js'
import { registerTickers } from './registerTickers.js'
import { type GlobalOptions, type Session, withSession } from './session.js'
import { createWorker } from './work.js'

interface TickOptions extends GlobalOptions {
  readonly budget: number
}

/** Adds `tick`: whatever is due, then the end; for hosts where nothing may run all the time. */
export function addTickCommand(program: Command): void {
  const command = program
    .command('tick')
    .description('Do whatever is due and exit: safe to call every few minutes from any cron, also side by side.')
    .option('-b, --budget <seconds>', 'stop after that time and leave the rest queued for the next call', seconds, 240)
    .option('--json', 'print JSON')
  command.action(() => {
    const options = command.optsWithGlobals<TickOptions>()
    return withSession({ ...options, quiet: false }, (session) => tick(session, options))
  })
}

async function tick(session: Session, { budget, json }: TickOptions): Promise<void> {
  const { runContext, signal, database } = session
  const worker = await createWorker(session)
  const stop = () => void worker.stop(0)
  const timer = setTimeout(stop, budget * 1000)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await reclaim(runContext)
    const failed = await maintain(runContext)
    await registerTickers(session)
    await registerSeries(session)
    const runs = await enqueueDue(runContext, 'tick', runContext.clock())
    await worker.runUntilIdle()
    await worker.stop(0)
    const left = await database.queue.waiting()
    const report = { enqueued: runs.length, ...worker.counts, left }
    process.stdout.write(`${json ? JSON.stringify(report) : reportText(report)}\n`)
    if (failed.length > 0) throw new UserError(`maintenance failed, see the log: ${failed.join(', ')}`)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    await worker.stop(0)
  }
}

function reportText({ enqueued, done, failed, left }: Record<'enqueued' | 'done' | 'failed' | 'left', number>): string {
  if (enqueued + done + failed + left === 0) return 'nothing is due'
  const enqueuedText = `${enqueued} ${enqueued === 1 ? 'run' : 'runs'} enqueued`
  return `${enqueuedText}, ${done} ${done === 1 ? 'job' : 'jobs'} done, ${failed} failed, ${left} left for the next call`
}

function seconds(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value))
    throw new UserError(`--budget ${value}: expected a whole number of seconds above 0`, { exitCode: 2 })
  return Number(value)
}
