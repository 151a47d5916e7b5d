import { readdirSync, readFileSync } from 'node:fs'

/** In USER_HZ, which is 100 on every Linux that Node runs on (proc(5)). */
const TICK_MS = 10

interface Stat {
  readonly pid: number
  readonly parent: number
  /** User and system, its own. */
  readonly ms: number
  /** Of its children that have ended. */
  readonly endedMs: number
}

/** Processor time of the process and, with `children`, of all that it has begun, in ms; NaN where there is no /proc. */
export function processorMs(pid: number, children = false): number {
  const own = statOf(pid)
  if (!own) return Number.NaN
  if (!children) return own.ms
  const living = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (statOf(Number(name)) ?? []) : []))
  return own.ms + own.endedMs + living.filter(({ parent }) => parent === pid).reduce((sum, { ms }) => sum + ms, 0)
}

/** The process that began `pid`. */
export const parentOf = (pid: number): number => statOf(pid)?.parent ?? Number.NaN

/** proc_pid_stat(5); undefined where there is no such process, or no /proc. */
function statOf(pid: number): Stat | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ms = (from: number) => TICK_MS * (Number(fields[from]) + Number(fields[from + 1]))
  return { pid, parent: Number(fields[1]), ms: ms(11), endedMs: ms(13) }
}
