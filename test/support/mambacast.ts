import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const bin = join(import.meta.dirname, '../../bin/mambacast.js')

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export interface CliResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliProcess {
  readonly child: ChildProcess
  /** Resolves when standard output or error holds the text, rejects when the process ends without it. */
  saw(text: string | RegExp): Promise<void>
  readonly ended: Promise<CliResult>
}

/** Starts the compiled command line as a user would; it does not outlive the tests. */
export function startMambacast(
  args: readonly string[],
  env: Record<string, string>,
  cwd?: string,
  input?: string,
): CliProcess {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [bin, ...args], {
    env: { PATH, HOME, ...env },
    cwd,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  child.stdin?.end(input)
  running.add(child)
  child.on('close', () => running.delete(child))
  let stdout = ''
  let stderr = ''
  const watchers = new Set<() => void>()
  const tell = () => {
    for (const watch of watchers) watch()
  }
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    tell()
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    tell()
  })
  const ended = new Promise<CliResult>((done, fail) => {
    child.on('error', fail).on('close', (code, signal) => done({ code, signal, stdout, stderr }))
  })
  const saw = (text: string | RegExp) =>
    new Promise<void>((done, fail) => {
      const watch = () => {
        if (typeof text === 'string' ? `${stdout}${stderr}`.includes(text) : text.test(`${stdout}${stderr}`)) {
          watchers.delete(watch)
          done()
        }
      }
      watchers.add(watch)
      watch()
      ended.then((end) => fail(new Error(`ended without ${text}: ${JSON.stringify(end)}`)), fail)
    })
  return { child, saw, ended }
}

/** Runs the command line to its end. */
export const mambacast = (
  args: readonly string[],
  env: Record<string, string>,
  cwd?: string,
  input?: string,
): Promise<CliResult> => startMambacast(args, env, cwd, input).ended
