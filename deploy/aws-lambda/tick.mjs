import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** Time for the command to start and to end. */
const MARGIN_S = 30

export async function handler(_, context) {
  const budget = Math.max(1, Math.floor(context.getRemainingTimeInMillis() / 1000) - MARGIN_S)
  const { stdout } = await run(process.execPath, ['bin/mambacast.js', 'tick', '--json', '--budget', String(budget)])
  return JSON.parse(stdout)
}
