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

/** SHA-256 over names and contents of these files, and of all in these folders. */
function digest(names) {
  const hash = createHash('sha256')
  for (const path of names
    .map((name) => join(root, name))
    .flatMap(filesOf)
    .sort())
    hash.update(`${path}\0`).update(createHash('sha256').update(readFileSync(path)).digest())
  return hash.digest('hex')
}

const sources = digest(SOURCES) // before the build, which may not see what is changed while it runs
const state = () => `${sources} ${digest(['dist'])}`
const isCurrent = existsSync(stamp) && existsSync(join(root, 'dist')) && readFileSync(stamp, 'utf8') === state()
if (isCurrent) console.log('dist is what these sources make: not built again')
else {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, state())
}
