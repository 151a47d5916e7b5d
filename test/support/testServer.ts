import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrateUnderLock } from '../../src/db/database.js'
import { embeddedServer } from '../../src/db/embeddedServer.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a migrated database on a real PostgreSQL server; test files clone it. */
    templateUrl: string
  }
}

/** Once per test run: compiles the product where it changed (the tests start it as users do) and starts one PostgreSQL server. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/build-if-changed.mjs')], {
    stdio: 'inherit',
  })
  const dataDir = mkdtempSync(join(tmpdir(), 'mambacast-test-'))
  chmodSync(dataDir, 0o755)
  const server = await embeddedServer({ dataDir, settings: { fsync: 'off', synchronous_commit: 'off' } })
  await migrateUnderLock(server.url)
  project.provide('templateUrl', server.url)
  return async () => {
    await server.release('mambacast')
    rmSync(dataDir, { recursive: true, force: true })
  }
}
