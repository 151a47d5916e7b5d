import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { TrainingOptions } from '../../src/model/forecaster.js'
import { uniform } from './marketSeries.js'

const script = join(import.meta.dirname, 'fleet.mjs')

export type FleetRole = 'worker' | 'trainer' | 'scheduler' | 'sleeper'

export interface FleetProcess {
  readonly child: ChildProcess
  /** Resolves when it takes jobs. */
  readonly ready: Promise<void>
  readonly ended: Promise<void>
}

export interface FleetSettings {
  readonly url: string
  /** How long a training takes that is not a trainer's. */
  readonly workMs: number
  /** What trainers set apart from the defaults. */
  readonly training?: Partial<TrainingOptions>
  /** File that holds the time, as ISO 8601; the real one without it. */
  readonly clockFile?: string
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts one process of a fleet; none outlives the tests. */
export function startFleetProcess(role: FleetRole, settings: FleetSettings): FleetProcess {
  const { url, workMs, clockFile, training = {} } = settings
  const { PATH = '', HOME = '', LOG_LEVEL = 'silent' } = process.env
  const child = spawn(process.execPath, [script], {
    env: {
      ...{ PATH, HOME, LOG_LEVEL, FLEET_ROLE: role, FLEET_WORK_MS: String(workMs), DATABASE_URL: url },
      FLEET_TRAINING: JSON.stringify(training),
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

export interface KilledFleet {
  readonly processes: () => readonly FleetProcess[]
  readonly kills: () => number
  end(): Promise<void>
}

/**
 * Schedulers, and workers of which one at random dies by SIGKILL every `everyMs` and is started anew, `most` times.
 */
export function startKilledFleet(
  counts: { readonly schedulers: number; readonly workers: number; readonly role: 'worker' | 'trainer' },
  settings: FleetSettings,
  { seed, everyMs, most }: { readonly seed: number; readonly everyMs: number; readonly most: number },
): KilledFleet {
  const schedulers = Array.from({ length: counts.schedulers }, () => startFleetProcess('scheduler', settings))
  const workers = Array.from({ length: counts.workers }, () => startFleetProcess(counts.role, settings))
  const random = uniform(seed)
  let kills = 0
  const killer = setInterval(() => {
    if (kills === most) return
    const victim = Math.floor(random() * workers.length)
    workers[victim]!.child.kill('SIGKILL')
    workers[victim] = startFleetProcess(counts.role, settings)
    kills += 1
  }, everyMs)
  const processes = () => [...schedulers, ...workers]
  return {
    processes,
    kills: () => kills,
    end: async () => {
      clearInterval(killer)
      for (const { child } of processes()) child.kill('SIGKILL')
      await Promise.all(processes().map(({ ended }) => ended))
    },
  }
}
