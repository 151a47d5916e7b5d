import type { Command } from 'commander'
import { addFirstOperator } from './firstOperator.js'
import { type GlobalOptions, withSession } from './session.js'

/** Adds `migrate`, for deployments in which only one process may change the schema. */
export function addMigrateCommand(program: Command): void {
  const command = program
    .command('migrate')
    .description(
      'Bring the database up to date and exit; every other command does so too when it starts. While nobody can log in, add MAMBACAST_OPERATOR with MAMBACAST_OPERATOR_PASSWORD, where they are set.',
    )
  command.action(() =>
    withSession({ ...command.optsWithGlobals<GlobalOptions>(), quiet: true }, async ({ database }) => {
      const operator = await addFirstOperator(database.db, process.env)
      if (operator) process.stdout.write(`${operator}  can log in as operator\n`)
      process.stdout.write('the database is up to date\n')
    }),
  )
}
