import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const script = join(import.meta.dirname, 'fleet.mjs')

export type FleetRole = 'worker' | 'scheduler' | 'sleeper'

export interface FleetProcess {
  readonly child: ChildProcess
  /** Resolves when it takes jobs. */
  readonly ready: Promise<void>
  readonly ended: Promise<void>
}

export interface FleetSettings {
  readonly url: string
  /** How long a training takes. */
  readonly workMs: number
  /** File that holds the time, as ISO 8601; the real one without it. */
  readonly clockFile?: string
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts one process of a fleet; none outlives the tests. */
export function startFleetProcess(role: FleetRole, { url, workMs, clockFile }: FleetSettings): FleetProcess {
  const { PATH = '', HOME = '', LOG_LEVEL = 'silent' } = process.env
  const child = spawn(process.execPath, [script], {
    env: {
      ...{ PATH, HOME, LOG_LEVEL, FLEET_ROLE: role, FLEET_WORK_MS: String(workMs), DATABASE_URL: url },
      ...(clockFile && { FLEET_CLOCK: clockFile }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  const ended = new Promise<void>((done) => {
    child.on('close', () => {
      running.delete(child)
      done()
    })
  })
  const ready = new Promise<void>((done, fail) => {
    child.stdout.once('data', () => done())
    ended.then(() => fail(new Error(`a ${role} ended before it was ready`)))
  })
  ready.catch(() => {}) // One that is killed while it starts; who needs it awaits `ready`.
  return { child, ready, ended }
}
