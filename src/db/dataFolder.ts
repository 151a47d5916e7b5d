import { constants } from 'node:fs'
import { access, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UserError } from '../domain/errors.js'

/**
 * Makes the folder of the embedded database, with those above it, where it is not there yet.
 *
 * @throws UserError when it cannot be made, is no folder, or may not be written to.
 */
export async function makeDataFolder(path: string): Promise<void> {
  try {
    await makeFolder(path)
    if (!(await stat(path)).isDirectory()) throw new Error('it is a file')
    await access(path, constants.W_OK)
  } catch (cause) {
    throw new UserError(`dataDir: cannot use the folder ${path}: ${(cause as Error).message}`, { cause })
  }
}

/** Not by mkdir's `recursive`, which on Node 20 never ends where a file system lets nobody make folders, as /proc. */
async function makeFolder(path: string): Promise<void> {
  const make = () =>
    mkdir(path, { mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') return error
    })
  const failure = await make()
  if (failure === undefined) return
  if (failure.code !== 'ENOENT' || dirname(path) === path) throw failure
  await makeFolder(dirname(path))
  const again = await make()
  if (again) throw again
}
