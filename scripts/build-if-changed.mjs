// Builds dist unless it is, byte for byte, what the last build through this script made of the very same sources.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const SOURCES = ['src', 'scripts', 'tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json']
const stamp = join(root, 'node_modules/.cache/mambacast/build.sha256')

const filesOf = (path) =>
  statSync(path).isFile()
    ? [path]
    : readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))

/** SHA-256 over names and contents of the sources and of everything in dist. */
function digest() {
  const hash = createHash('sha256')
  for (const path of [...SOURCES, 'dist']
    .map((name) => join(root, name))
    .flatMap(filesOf)
    .sort())
    hash.update(`${path}\0`).update(createHash('sha256').update(readFileSync(path)).digest())
  return hash.digest('hex')
}

const isCurrent = existsSync(stamp) && existsSync(join(root, 'dist')) && readFileSync(stamp, 'utf8') === digest()
if (isCurrent) console.log('dist is what these sources make: not built again')
else {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, digest())
}
