import type { Command } from 'commander'
import { type Config, loadConfig, printableConfig } from '../config.js'
import { exchangeSchedules } from '../scheduler/exchangeSchedules.js'
import { configuredTickers } from './chooseTickers.js'
import type { GlobalOptions } from './session.js'

/** Adds `config`, which prints what is in effect. */
export function addConfigCommand(program: Command): void {
  const command = program
    .command('config')
    .description('Check the configuration and print it as it is in effect, secrets hidden.')
  command.action(() => {
    const config = loadConfig(process.env, command.optsWithGlobals<GlobalOptions>().config)
    checkNames(config)
    process.stdout.write(`${JSON.stringify(printableConfig(config), null, 2)}\n`)
  })
}

/** What the form of the configuration does not tell: providers and schedules. @throws UserError (exit code 2) */
function checkNames(config: Config): void {
  configuredTickers(config)
  const exchanges = Object.keys(config.schedules).map((code) => ({ code, timezone: 'UTC' }))
  exchangeSchedules(exchanges, config.schedules)
}
