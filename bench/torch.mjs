import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { csvPath } from './workload.mjs'

const script = resolve(import.meta.dirname, '../../shared/reference/mambastock_torch.py')
const run = promisify(execFile)

/** Pythons to try: the one on the path may not be the one of the distribution that has python3-torch. */
const pythons = ['python3', '/usr/bin/python3']

/** Mean seconds per epoch of the PyTorch reference on one thread, or why there is no figure. */
export async function torchSecondsPerEpoch(epochs) {
  if (!existsSync(script) || !existsSync(csvPath)) return { reason: '../shared is not at hand' }
  for (const python of pythons) {
    try {
      const { stdout } = await run(python, [script, 'time', csvPath, String(epochs)], {
        env: { ...process.env, OMP_NUM_THREADS: '1' },
      })
      return { secondsPerEpoch: JSON.parse(stdout).seconds_per_epoch }
    } catch (error) {
      if (!/No module named|ENOENT/.test(`${error.stderr}${error.code}`)) throw error
    }
  }
  return { reason: 'PyTorch is not installed (Debian: apt-get install python3-torch python3-pandas)' }
}
