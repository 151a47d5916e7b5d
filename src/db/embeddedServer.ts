import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { UserError } from '../domain/errors.js'
import { makeDataFolder } from './dataFolder.js'
import { postgresBinaries } from './postgresBinaries.js'
import { isAlive, runningPort } from './postmaster.js'
import { releaseServer } from './releaseServer.js'
import { type ServerPlace, serverPlace } from './serverUser.js'

const run = promisify(execFile)
const START_TIMEOUT_MS = 60_000
/**
 * A server that somebody else starts answers sooner. One that does not may be none: after a loss of power another program can
 * have the id in postmaster.pid. PostgreSQL then starts; where it really is a server, it refuses and does no harm.
 */
const TRUST_PID_MS = 3_000

export interface EmbeddedServer {
  /** Connection URL of the product's database. */
  readonly url: string
  /**
   * Stops the server when nobody else is connected; else leaves it to the last one.
   *
   * @param applicationName That of the connections the caller has just closed, which the server may still list.
   */
  release(applicationName: string): Promise<void>
}

export interface EmbeddedOptions {
  /** Folder that holds everything the server keeps, for example ./data. */
  readonly dataDir: string
  /** Further `postgres` settings, for example `{ fsync: 'off' }` in tests. */
  readonly settings?: Readonly<Record<string, string>>
}

/**
 * Finds the embedded PostgreSQL server of `dataDir`, or makes and starts it. Several processes may call this at once and
 * share one server. The server is a process of its own: it outlives a killed mambacast, and the next one finds it.
 *
 * @throws UserError when it cannot be started, with the last line of the server's log.
 */
export async function embeddedServer({ dataDir, settings = {} }: EmbeddedOptions): Promise<EmbeddedServer> {
  const home = resolve(dataDir)
  await makeDataFolder(home)
  const place = serverPlace(await postgresBinaries(), join(home, 'postgres'))
  const password = await clusterPassword(home)
  if (!existsSync(join(place.cluster, 'PG_VERSION'))) await initialise(place, password)

  const begun = Date.now()
  for (;;) {
    const port = await runningPort(place.cluster)
    const url = port && databaseUrl(port, password, 'postgres')
    if (url && (await accepts(url))) {
      await ensureDatabase(url)
      return {
        url: databaseUrl(port, password, 'mambacast'),
        release: (applicationName) => releaseServer(place, url, applicationName),
      }
    }
    const waited = Date.now() - begun
    const failure = port && waited < TRUST_PID_MS ? 'it is starting or stopping' : await start(place, settings)
    if (failure && waited > START_TIMEOUT_MS)
      throw new UserError(`the embedded PostgreSQL server in ${place.cluster} does not start: ${failure}`)
    if (failure) await delay(100)
  }
}

const databaseUrl = (port: number, password: string, database: string) =>
  `postgres://postgres:${password}@127.0.0.1:${port}/${database}`

async function clusterPassword(home: string): Promise<string> {
  const file = join(home, 'postgres.password')
  await writeFile(file, randomBytes(18).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
  return (await readFile(file, 'utf8')).trim()
}

/** Makes the cluster beside its final place and moves it there in one step, so that a kill leaves no half of one. */
async function initialise(place: ServerPlace, password: string): Promise<void> {
  const parent = dirname(place.cluster)
  for (const name of await readdir(parent))
    if (isDeadAttempt(name, basename(place.cluster))) await rm(join(parent, name), { recursive: true, force: true })
  const attempt = `${place.cluster}.init-${process.pid}-${randomBytes(3).toString('hex')}`
  await mkdir(attempt, { mode: 0o700 })
  const passwordFile = `${attempt}.password`
  await writeFile(passwordFile, password, { mode: 0o600 })
  const { uid, gid } = place.account
  if (uid !== undefined && gid !== undefined) for (const path of [attempt, passwordFile]) await chown(path, uid, gid)
  try {
    const flags = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions']
    await run(
      join(place.binaries, 'bin', 'initdb'),
      ['-D', attempt, `--pwfile=${passwordFile}`, '--no-sync', ...flags],
      {
        ...place.account,
        cwd: parent,
      },
    )
    await rename(attempt, place.cluster)
  } catch (cause) {
    await rm(attempt, { recursive: true, force: true })
    if (!existsSync(join(place.cluster, 'PG_VERSION')))
      throw new UserError(
        `PostgreSQL could not make its data folder ${place.cluster}: ${lastLine(String((cause as { stderr?: string }).stderr || cause))}`,
        { cause },
      )
  } finally {
    await rm(passwordFile, { force: true })
  }
}

function isDeadAttempt(name: string, cluster: string): boolean {
  const pid = Number(name.match(`^${cluster}\\.init-(\\d+)`)?.[1] ?? Number.NaN)
  return !Number.isNaN(pid) && !isAlive(pid)
}

async function accepts(url: string): Promise<boolean> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: 'mambacast-probe' },
  })
  try {
    await sql`select 1`
    return true
  } catch (error) {
    if (['28P01', '28000'].includes((error as { code?: string }).code ?? ''))
      throw new UserError(
        'the embedded PostgreSQL server refuses the password in postgres.password: was that file replaced?',
        { cause: error },
      )
    return false
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const [found] = await sql`select 1 from pg_database where datname = 'mambacast'`
    if (!found) await sql`create database mambacast`
  } catch (error) {
    const raced = ['42P04', '23505'].includes((error as { code?: string }).code ?? '')
    if (!raced) throw error
  } finally {
    await sql.end()
  }
}

/** Starts the server. Returns undefined when it runs, else why not (another process may have been faster). */
async function start(place: ServerPlace, settings: Readonly<Record<string, string>>): Promise<string | undefined> {
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(await freePort()),
    unix_socket_directories: '',
    max_connections: '100',
    ...settings,
  }
  const options = Object.entries(all).map(([name, value]) => `-c ${name}=${value || "''"}`)
  const log = join(place.cluster, 'server.log')
  const args = ['start', '-D', place.cluster, '-l', log, '-w', '-t', '30', '-s', '-o', options.join(' ')]
  const child = spawn(join(place.binaries, 'bin', 'pg_ctl'), args, {
    ...place.account,
    cwd: place.cluster,
    stdio: 'ignore',
    detached: true,
  })
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('exit', done))
  return code === 0 ? undefined : lastLine(await readFile(log, 'utf8').catch(() => 'no log was written'))
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? ''

const freePort = () =>
  new Promise<number>((done, fail) => {
    const probe = createServer().on('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
