import type { Command } from 'commander'
import { type GlobalOptions, withSession } from './session.js'

/** Adds `migrate`, for deployments in which only one process may change the schema. */
export function addMigrateCommand(program: Command): void {
  const command = program
    .command('migrate')
    .description('Bring the database up to date and exit; every other command does so too when it starts.')
  command.action(() =>
    withSession({ ...command.optsWithGlobals<GlobalOptions>(), quiet: true }, async () => {
      process.stdout.write('the database is up to date\n')
    }),
  )
}
