import { availableParallelism, totalmem } from 'node:os'
import type { Command } from 'commander'
import { loadConfig } from '../config.js'
import { openDatabase } from '../db/database.js'
import type { GlobalOptions } from './session.js'
import { version } from './version.js'

interface Finding {
  readonly name: string
  readonly ok: boolean
  readonly details: string
}

/** Largest relative error of a healthy backend, outputs and gradient (float32). */
const OUTPUT_TOLERANCE = 1e-4
const GRADIENT_TOLERANCE = 1e-3

/** Adds `doctor`: what is there, what is not and why, and whether it computes correctly. */
export function addDoctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .description('Check configuration, database and backends, with a short test of correctness and speed.')
    .option('--json', 'print JSON')
  command.action(async () => {
    const options = command.optsWithGlobals<GlobalOptions>()
    const findings = [machine(), await database(options), ...(await backend(options))]
    if (options.json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`)
    else
      for (const { name, ok, details } of findings)
        process.stdout.write(`${ok ? '✓' : '✗'} ${name.padEnd(14)} ${details}\n`)
    if (findings.some(({ ok }) => !ok)) process.exitCode = 1
  })
}

function machine(): Finding {
  const details = `mambacast ${version}, Node ${process.versions.node}, ${process.platform}-${process.arch}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`
  return { name: 'machine', ok: true, details }
}

async function database(options: GlobalOptions): Promise<Finding> {
  const config = loadConfig(process.env, options.config)
  try {
    const opened = await openDatabase({ url: config.databaseUrl, dataDir: config.dataDir })
    const [row] = await opened.sql<{ version: string }[]>`select current_setting('server_version') as version`
    await opened.close()
    const where = config.databaseUrl ? 'at DATABASE_URL' : `embedded, in ${config.dataDir}`
    return { name: 'database', ok: true, details: `PostgreSQL ${row!.version}, ${where}` }
  } catch (error) {
    return { name: 'database', ok: false, details: (error as Error).message }
  }
}

async function backend(options: GlobalOptions): Promise<Finding[]> {
  const config = loadConfig(process.env, options.config)
  try {
    const { checkBackend } = await import('../model/backendCheck.js') // It loads the tensors, which no other command does.
    const check = await checkBackend(config.model.backend)
    const { choice, outputError, gradientError, secondsPerPass, rows, kernels, sideBySide } = check
    const exact = outputError < OUTPUT_TOLERANCE && gradientError < GRADIENT_TOLERANCE
    return [
      {
        name: 'backend',
        ok: true,
        details: `${choice.name}: ${choice.engine}${choice.slow ? `, slow: ${choice.slow}` : ''}`,
      },
      ...choice.skipped.map(({ name, reason }) => ({ name: 'not used', ok: true, details: `${name}: ${reason}` })),
      { name: 'kernels', ok: true, details: kernels.join(', ') || 'none of our own: compositions of tfjs operations' },
      {
        name: 'training',
        ok: true,
        details: sideBySide ? 'several tickers at once, each with its own weights' : 'one ticker on each thread',
      },
      {
        name: 'correctness',
        ok: exact,
        details: `outputs within ${outputError.toExponential(1)}, gradient within ${gradientError.toExponential(1)} of the plain kernels`,
      },
      {
        name: 'speed',
        ok: true,
        details: `${(1_000 * secondsPerPass).toFixed(1)} ms forward and backward over ${rows} rows`,
      },
    ]
  } catch (error) {
    return [{ name: 'backend', ok: false, details: (error as Error).message }]
  }
}
