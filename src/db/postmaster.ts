import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Whether a process of that id lives, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Port from postmaster.pid (pid on line 1, port on line 4), or 0 when no live server owns the cluster. */
export async function runningPort(cluster: string): Promise<number> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(absent)).split('\n')
  return isAlive(Number(lines[0]) || Number.NaN) ? Number(lines[3]) || 0 : 0
}

function absent(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return ''
  throw error
}
