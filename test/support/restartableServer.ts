import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { migrateUnderLock } from '../../src/db/database.js'
import { embeddedServer } from '../../src/db/embeddedServer.js'
import { postgresBinaries } from '../../src/db/postgresBinaries.js'
import { serverPlace } from '../../src/db/serverUser.js'

export interface RestartableServer {
  /** Of a migrated database. */
  readonly url: string
  /** Stops and starts it on the same port: `fast` cuts every connection, `immediate` is a crash. */
  restart(mode: 'fast' | 'immediate'): void
}

/** A PostgreSQL server of a test's own, away when the test ends. */
export async function restartableServer(): Promise<RestartableServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mambacast-restart-'))
  chmodSync(dataDir, 0o755)
  const { url } = await embeddedServer({ dataDir, settings: { fsync: 'off', max_connections: '200' } })
  const { binaries, cluster, account } = serverPlace(await postgresBinaries(), join(dataDir, 'postgres'))
  const control = (...args: string[]) =>
    execFileSync(join(binaries, 'bin', 'pg_ctl'), [...args, '-D', cluster, '-w', '-s'], {
      ...account,
      cwd: cluster,
      stdio: 'ignore',
    })
  onTestFinished(() => {
    control('stop', '-m', 'immediate')
    rmSync(dataDir, { recursive: true, force: true })
  })
  await migrateUnderLock(url)
  return { url, restart: (mode) => void control('restart', '-m', mode, '-l', join(cluster, 'server.log')) }
}
