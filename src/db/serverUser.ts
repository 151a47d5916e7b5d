import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { UserError } from '../domain/errors.js'

/** The account the server runs as, and folders that account can reach. */
export interface ServerPlace {
  /** Spawn options: empty unless we are root, as PostgreSQL refuses to run as root. */
  readonly account: { readonly uid?: number; readonly gid?: number }
  readonly binaries: string
  readonly cluster: string
}

/**
 * Where the embedded server's programs and data live. For an ordinary user: as given. For root: owned by the account
 * `postgres` (made when missing); and where that account cannot reach the project, as below /root, both move to
 * /var/lib/mambacast and the data folder holds a link.
 */
export function serverPlace(binaries: string, cluster: string): ServerPlace {
  if (process.getuid?.() !== 0) return { account: {}, binaries, cluster }
  const account = postgresAccount()
  const place = reachable(binaries) && reachable(dirname(cluster)) ? { binaries, cluster } : movedOut(binaries, cluster)
  chownSync(dirname(place.cluster), account.uid, account.gid)
  return { account, ...place }
}

function postgresAccount(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }))
  try {
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    try {
      execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'ignore' })
      return { uid: id('-u'), gid: id('-g') }
    } catch (cause) {
      throw new UserError(
        'PostgreSQL refuses to run as root and no account "postgres" could be made: run as an ordinary user, or set DATABASE_URL',
        { cause },
      )
    }
  }
}

/** True when every folder up to `path` lets other accounts pass. */
function reachable(path: string): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

function movedOut(binaries: string, cluster: string): { binaries: string; cluster: string } {
  const home = join('/var/lib/mambacast', createHash('sha256').update(resolve(cluster)).digest('hex').slice(0, 12))
  mkdirSync(home, { recursive: true, mode: 0o755 })
  const programs = join(home, `native-${statSync(join(binaries, 'bin', 'postgres')).mtimeMs}`)
  if (!existsSync(programs)) {
    const partial = `${programs}.${process.pid}`
    cpSync(binaries, partial, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
    try {
      renameSync(partial, programs)
    } catch (error) {
      rmSync(partial, { recursive: true })
      if (!existsSync(programs)) throw error
    }
  }
  const moved = join(home, basename(cluster))
  if (!existsSync(cluster)) {
    rmSync(moved, { recursive: true, force: true })
    mkdirSync(dirname(cluster), { recursive: true })
    rmSync(cluster, { force: true })
    symlinkSync(moved, cluster)
  }
  return { binaries: programs, cluster: moved }
}
