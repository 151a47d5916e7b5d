import type { Command } from 'commander'
import { UserError } from '../domain/errors.js'
import { JOB_KINDS, type JobKind } from '../domain/job.js'
import { type GlobalOptions, withSession } from './session.js'
import { workUntilInterrupted } from './work.js'

interface WorkerCommandOptions extends GlobalOptions {
  readonly kinds?: JobKind[]
  readonly concurrency?: number
}

/** Adds `worker`: takes jobs from the queue, on as many machines as there are. */
export function addWorkerCommand(program: Command): void {
  const command = program
    .command('worker')
    .description('Do the work that is queued in the database, beside any number of other workers, until Ctrl-C.')
    .option('-k, --kinds <kinds>', `only jobs of these kinds, separated by commas: ${JOB_KINDS.join(', ')}`, kindsOf)
    .option('-n, --concurrency <n>', 'jobs at once that need a core (default: one per core)', wholeNumber)
  command.action(() => {
    const options = command.optsWithGlobals<WorkerCommandOptions>()
    return withSession({ ...options, quiet: false }, async (session) => {
      session.log.info({ kinds: options.kinds ?? JOB_KINDS, concurrency: session.runContext.concurrency }, 'working')
      await workUntilInterrupted(session, options.kinds, async () => {})
    })
  })
}

function kindsOf(value: string): JobKind[] {
  const kinds = value.split(',').map((kind) => kind.trim())
  const wrong = kinds.find((kind) => !(JOB_KINDS as readonly string[]).includes(kind))
  if (wrong !== undefined)
    throw new UserError(`--kinds ${wrong}: expected some of ${JOB_KINDS.join(', ')}`, { exitCode: 2 })
  return kinds as JobKind[]
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value))
    throw new UserError(`--concurrency ${value}: expected a whole number above 0`, { exitCode: 2 })
  return Number(value)
}
