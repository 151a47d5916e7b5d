import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/db/database.js'
import { embeddedServer } from '../../src/db/embeddedServer.js'
import { postgresBinaries } from '../../src/db/postgresBinaries.js'
import { runningPort } from '../../src/db/postmaster.js'
import { releaseServer } from '../../src/db/releaseServer.js'
import { serverPlace } from '../../src/db/serverUser.js'

async function server() {
  const dataDir = mkdtempSync(join(tmpdir(), 'mambacast-release-'))
  chmodSync(dataDir, 0o755)
  const { url } = await embeddedServer({ dataDir, settings: { fsync: 'off' } })
  const place = serverPlace(await postgresBinaries(), join(dataDir, 'postgres'))
  const admin = new URL(url)
  admin.pathname = '/postgres'
  onTestFinished(async () => {
    await releaseServer(place, admin.href, 'mambacast')
    rmSync(dataDir, { recursive: true, force: true })
  })
  return { url, admin, place, isRunning: async () => (await runningPort(place.cluster)) !== 0 }
}

test('the last to leave stops the server, two that leave at once agree, and one that comes too late is no failure', async () => {
  const { url, admin, place, isRunning } = await server()
  const other = connect(url, 1)
  await other.sql`select 1`
  await releaseServer(place, admin.href, 'somebody-else')
  expect(await isRunning()).toBe(true)
  await other.close()
  await expect
    .poll(async () => {
      await Promise.all([1, 2].map(() => releaseServer(place, admin.href, 'mambacast')))
      return isRunning()
    })
    .toBe(false)
  await releaseServer(place, admin.href, 'mambacast')
})

test('a failure to count connections that is none of a stopped server is told', async () => {
  const { admin, place, isRunning } = await server()
  const stranger = new URL(admin)
  stranger.password = 'wrong'
  await expect(releaseServer(place, stranger.href, 'mambacast')).rejects.toMatchObject({ code: '28P01' })
  expect(await isRunning()).toBe(true)
})
