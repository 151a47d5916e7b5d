// Fails when a generated file does not match its source, and says which command puts it right.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { configJsonSchema } from '../dist/config.js'

const root = join(import.meta.dirname, '..')
const failures = []

const written = readFileSync(join(root, 'mambacast.schema.json'), 'utf8')
if (written !== `${JSON.stringify(configJsonSchema(), null, 2)}\n`)
  failures.push('mambacast.schema.json differs from src/config/configSchema.ts')

const scratch = mkdtempSync(join(root, 'node_modules', '.migrations-'))
try {
  cpSync(join(root, 'migrations'), scratch, { recursive: true })
  const before = readdirSync(scratch).length
  const out = scratch.slice(root.length + 1)
  execFileSync(
    'npx',
    ['drizzle-kit', 'generate', '--dialect', 'postgresql', '--schema', 'src/db/*chema.ts', '--out', out],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  if (readdirSync(scratch).length !== before) failures.push('migrations/ differ from src/db/schema.ts and runSchema.ts')
} finally {
  rmSync(scratch, { recursive: true })
}

if (failures.length > 0) {
  console.error(`${failures.join('\n')}\nRun: npm run build && npm run generate`)
  process.exit(1)
}
