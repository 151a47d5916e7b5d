import { Command, CommanderError } from 'commander'
import { addAlertsCommand } from './cli/alerts.js'
import { addAuditCommand } from './cli/audit.js'
import { addConfigCommand } from './cli/config.js'
import { addDoctorCommand } from './cli/doctor.js'
import { addEvaluateCommand } from './cli/evaluate.js'
import { addMigrateCommand } from './cli/migrate.js'
import { addRunCommands } from './cli/run.js'
import { addRunsCommand } from './cli/runs.js'
import { addServeCommand } from './cli/serve.js'
import { addTickCommand } from './cli/tick.js'
import { addTickersCommand } from './cli/tickers.js'
import { version } from './cli/version.js'
import { addWorkerCommand } from './cli/worker.js'
import { UserError } from './domain/errors.js'

const program = new Command('mambacast')
  .description(
    'Forecasts how far daily prices can move in the next session, and keeps an honest record of how well it did.',
  )
  .version(version)
  .option('-c, --config <file>', 'configuration file (default: mambacast.config.json)')
  .option('--verbose', 'log to standard error; on a failure show where it happened')
  .exitOverride()
  .showHelpAfterError('(mambacast --help lists the commands)')
  .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong use.')

addServeCommand(program)
addRunCommands(program)
addEvaluateCommand(program)
addAuditCommand(program)
addTickersCommand(program)
addWorkerCommand(program)
addTickCommand(program)
addRunsCommand(program)
addMigrateCommand(program)
addAlertsCommand(program)
addConfigCommand(program)
addDoctorCommand(program)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

/** One line for the user on standard error; a stack trace only when it was asked for. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const known = error instanceof UserError
  const message = error instanceof Error ? error.message || String((error as { code?: unknown }).code) : String(error)
  const details = program.opts().verbose && error instanceof Error ? `\n${error.stack}` : ''
  process.stderr.write(`${known ? '' : 'unexpected error: '}${message}${details}\n`)
  return known ? error.exitCode : 1
}
