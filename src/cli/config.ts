import type { Command } from 'commander'
import { loadConfig, printableConfig } from '../config.js'
import type { GlobalOptions } from './session.js'

/** Adds `config`, which prints what is in effect. */
export function addConfigCommand(program: Command): void {
  const command = program
    .command('config')
    .description('Check the configuration and print it as it is in effect, secrets hidden.')
  command.action(() => {
    const config = loadConfig(process.env, command.optsWithGlobals<GlobalOptions>().config)
    process.stdout.write(`${JSON.stringify(printableConfig(config), null, 2)}\n`)
  })
}
