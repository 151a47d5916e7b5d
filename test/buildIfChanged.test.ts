import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const script = join(import.meta.dirname, '../scripts/build-if-changed.mjs')

/** A build that copies its one source, and changes it afterwards where the source says so. */
const BUILD = `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
const source = readFileSync('src/a.txt', 'utf8')
mkdirSync('dist', { recursive: true })
writeFileSync('dist/a.txt', source)
if (source === 'first') writeFileSync('src/a.txt', 'second')
`

/** A project of one source in a folder of its own. */
function project(source: string) {
  const root = mkdtempSync(join(tmpdir(), 'mambacast-build-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const write = (path: string, text: string) => writeFileSync(join(root, path), text)
  for (const folder of ['src', 'scripts']) mkdirSync(join(root, folder))
  for (const name of ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json']) write(name, '{}')
  write('package.json', JSON.stringify({ scripts: { build: 'node scripts/build.mjs' } }))
  write('scripts/build.mjs', BUILD)
  copyFileSync(script, join(root, 'scripts/build-if-changed.mjs'))
  write('src/a.txt', source)
  const isBuilt = () => !execFileSync(process.execPath, ['scripts/build-if-changed.mjs'], { cwd: root }).includes('not')
  return { root, write, isBuilt, built: () => readFileSync(join(root, 'dist/a.txt'), 'utf8') }
}

test('dist is built where a source or dist itself changed or is gone, and only then', () => {
  const { root, write, isBuilt, built } = project('x')
  expect([isBuilt(), isBuilt()]).toEqual([true, false])
  write('src/a.txt', 'y')
  expect([isBuilt(), built(), isBuilt()]).toEqual([true, 'y', false])
  write('dist/a.txt', 'by hand')
  expect([isBuilt(), built()]).toEqual([true, 'y'])
  rmSync(join(root, 'dist'), { recursive: true })
  expect([isBuilt(), built(), isBuilt()]).toEqual([true, 'y', false])
})

test('a source that changes while dist is built is built the next time', () => {
  const { isBuilt, built } = project('first')
  expect([isBuilt(), built()]).toEqual([true, 'first'])
  expect([isBuilt(), built(), isBuilt()]).toEqual([true, 'second', false])
})
