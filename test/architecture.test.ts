import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const src = resolve(import.meta.dirname, '../src')

/** What each room may import besides itself. Data flows one way; so do imports. */
const allowed: Record<string, readonly string[]> = {
  domain: [],
  log: [],
  config: ['domain'],
  db: ['domain', 'log'],
  ingest: ['domain', 'log'],
  features: ['domain'],
  kernels: ['domain'],
  model: ['domain', 'features', 'kernels'],
  evaluation: ['domain', 'features', 'model'],
  alerts: ['domain', 'log'],
  web: ['domain', 'config', 'log', 'db'],
  scheduler: ['domain', 'config', 'log', 'db', 'ingest', 'features', 'model', 'evaluation', 'alerts'],
  cli: [
    'domain',
    'config',
    'log',
    'db',
    'ingest',
    'features',
    'kernels',
    'model',
    'evaluation',
    'web',
    'scheduler',
    'alerts',
  ],
}

const importPattern = /(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g

const roomOf = (file: string): string =>
  relative(src, file)
    .split('/')[0]!
    .replace(/\.[jt]sx?$/, '')

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.as.ts'))
  .map((name) => join(src, name))

/** Imports in `text` of the file at `path` that its room may not make, as `file -> room`. */
function forbiddenImports(path: string, text: string): string[] {
  const room = roomOf(path)
  const mayImport = allowed[room]
  if (!mayImport) return [`${relative(src, path)}: the room '${room}' is not in the table of test/architecture.test.ts`]
  return [...text.matchAll(importPattern)]
    .map((match) => resolve(dirname(path), match[1]!))
    .filter((target) => target.startsWith(src))
    .map(roomOf)
    .filter((target) => target !== room && !mayImport.includes(target))
    .map((target) => `${relative(src, path)} -> ${target}`)
}

test('every import follows the one direction', () => {
  expect(sources.length).toBeGreaterThan(10)
  expect(sources.flatMap((path) => forbiddenImports(path, readFileSync(path, 'utf8')))).toEqual([])
})

test('an import against the direction is found', () => {
  const text = "import { app } from '../web/app.js'\nconst x = await import('../scheduler/jobs/run.js')"
  expect(forbiddenImports(join(src, 'model/trainer.ts'), text)).toEqual([
    'model/trainer.ts -> web',
    'model/trainer.ts -> scheduler',
  ])
})

const loadPattern = /^(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm

/** What the file at `path` loads when it is loaded: packages by name, files by path. */
const loadsOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(loadPattern)].map(([, name]) =>
    name!.startsWith('.') ? resolve(dirname(path), name!.replace(/\.js$/, '')) : name!,
  )

/** Everything that is loaded with the file at `path`. */
function allLoadedBy(path: string): Set<string> {
  const loaded = new Set<string>()
  const waiting = [path]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const file = [`${next}.ts`, `${next}.tsx`, next].find((candidate) => sources.includes(candidate))
    if (loaded.has(next)) continue
    loaded.add(next)
    if (file) waiting.push(...loadsOf(file))
  }
  return loaded
}

test('no command waits for tensors or an HTTP client before it begins: they are loaded when they are used', () => {
  const commands = sources.filter((path) => roomOf(path) === 'cli')
  expect(commands.length).toBeGreaterThan(10)
  for (const late of ['@tensorflow/tfjs', 'axios'])
    expect(
      commands.filter((path) => allLoadedBy(path).has(late)),
      late,
    ).toEqual([])
  expect(allLoadedBy(join(src, 'cli/run.ts'))).toContain('zod')
  expect(allLoadedBy(join(src, 'model/trainingWorker.ts'))).toContain('@tensorflow/tfjs')
})
