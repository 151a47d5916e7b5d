import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { runningPort } from './postmaster.js'
import type { ServerPlace } from './serverUser.js'

const run = promisify(execFile)

/** How a server that has stopped, or is about to, answers: refused or broken connections, and its own words for it. */
const GONE: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED'],
  ...['57P01', '57P02', '57P03'],
])

/**
 * Stops the embedded server when nobody but `applicationName` is connected to its database; else leaves it to the last one.
 *
 * @param url Of its database `postgres`, so that looking does not count.
 * @throws whatever else the server says, or pg_ctl when it cannot stop one that runs.
 */
export async function releaseServer(place: ServerPlace, url: string, applicationName: string): Promise<void> {
  if ((await othersConnected(url, applicationName)) !== 0) return
  const stop = ['stop', '-D', place.cluster, '-m', 'fast', '-w', '-s']
  try {
    await run(join(place.binaries, 'bin', 'pg_ctl'), stop, { ...place.account, cwd: place.cluster })
  } catch (error) {
    if ((await runningPort(place.cluster)) !== 0) throw error // Else another process was faster.
  }
}

/** Undefined when the server is gone. */
async function othersConnected(url: string, applicationName: string): Promise<number | undefined> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const [row] = await sql<{ n: number }[]>`
      select count(*)::int as n from pg_stat_activity
      where datname = 'mambacast' and backend_type = 'client backend' and application_name <> ${applicationName}`
    return row!.n
  } catch (error) {
    if (GONE.has((error as { code?: unknown }).code)) return undefined
    throw error
  } finally {
    await sql.end({ timeout: 1 })
  }
}
