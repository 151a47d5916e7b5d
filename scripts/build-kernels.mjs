// Compiles src/kernels/wasm/entry.as.ts to dist/kernels: one binary with relaxed SIMD, one without.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { compileKernels } from './compileKernels.mjs'

const root = join(import.meta.dirname, '..')
const out = join(root, 'dist', 'kernels')
const features = { 'relaxed-simd': ['simd', 'relaxed-simd'], simd: ['simd'] }

mkdirSync(out, { recursive: true })
for (const [name, enabled] of Object.entries(features)) {
  const binary = await compileKernels(root, 'src/kernels/wasm/entry.as.ts', enabled)
  const path = join(out, `${name}.wasm`)
  writeFileSync(`${path}.${process.pid}`, binary) // then renamed, so that nobody reads half a file
  renameSync(`${path}.${process.pid}`, path)
  console.log(`${relative(root, path)}  ${binary.length} bytes`)
}
