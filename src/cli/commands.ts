import type { Command } from 'commander'

type Add = (program: Command) => void

const run = async (): Promise<Add> => (await import('./run.js')).addRunCommands

/** Adds each command, in the order in which help lists them. Its code is loaded only when it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  serve: async () => (await import('./serve.js')).addServeCommand,
  ...{ run, ingest: run, train: run, forecast: run },
  evaluate: async () => (await import('./evaluate.js')).addEvaluateCommand,
  tune: async () => (await import('./tune.js')).addTuneCommand,
  audit: async () => (await import('./audit.js')).addAuditCommand,
  tickers: async () => (await import('./tickers.js')).addTickersCommand,
  series: async () => (await import('./series.js')).addSeriesCommand,
  models: async () => (await import('./models.js')).addModelsCommand,
  worker: async () => (await import('./worker.js')).addWorkerCommand,
  tick: async () => (await import('./tick.js')).addTickCommand,
  runs: async () => (await import('./runs.js')).addRunsCommand,
  migrate: async () => (await import('./migrate.js')).addMigrateCommand,
  alerts: async () => (await import('./alerts.js')).addAlertsCommand,
  users: async () => (await import('./users.js')).addUsersCommand,
  tokens: async () => (await import('./tokens.js')).addTokensCommand,
  config: async () => (await import('./config.js')).addConfigCommand,
  doctor: async () => (await import('./doctor.js')).addDoctorCommand,
}

/** Adds the command that the arguments begin with; all of them where they begin with something else, as for help. */
export async function addCommands(program: Command, args: readonly string[]): Promise<void> {
  const asked = Object.hasOwn(COMMANDS, args[0] ?? '') ? [COMMANDS[args[0]!]!] : [...new Set(Object.values(COMMANDS))]
  for (const load of asked) (await load())(program)
}
