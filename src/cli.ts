import { Command, CommanderError } from 'commander'
import { addCommands } from './cli/commands.js'
import { version } from './cli/version.js'
import { UserError } from './domain/errors.js'
import { withoutParameters } from './log.js'

const program = new Command('mambacast')
  .description(
    'Forecasts how far daily prices can move in the next session, and keeps an honest record of how well it did.',
  )
  .version(version)
  .option('-c, --config <file>', 'configuration file (default: mambacast.config.json)')
  .option('--verbose', 'log to standard error; on a failure show where it happened')
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })
  .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong use.')

try {
  await addCommands(program, process.argv.slice(2))
  pointToHelp(program, program.name())
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

/** After wrong use, each command names its own help. */
function pointToHelp(command: Command, path: string): void {
  command.showHelpAfterError(`(${path} --help says more)`)
  for (const inner of command.commands) pointToHelp(inner, `${path} ${inner.name()}`)
}

/** One line for the user on standard error; a stack trace only when it was asked for. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const known = error instanceof UserError
  const shown = error instanceof Error ? withoutParameters(error) : error
  const message = shown instanceof Error ? shown.message || String((error as { code?: unknown }).code) : String(error)
  const details = program.opts().verbose && shown instanceof Error ? `\n${shown.stack}` : ''
  process.stderr.write(`${known ? '' : 'unexpected error: '}${message}${details}\n`)
  return known ? error.exitCode : 1
}
