// Compiles src/kernels/wasm/entry.as.ts to dist/kernels: one binary with relaxed SIMD, one without.
// Fails when a binary holds a data section: it would overwrite the memory of tfjs, on which the kernels run.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import asc from 'assemblyscript/asc'

const root = join(import.meta.dirname, '..')
const out = join(root, 'dist', 'kernels')
const features = { 'relaxed-simd': ['simd', 'relaxed-simd'], simd: ['simd'] }
const dataSectionId = 11

mkdirSync(out, { recursive: true })
for (const [name, enabled] of Object.entries(features)) {
  const binary = await compile(enabled)
  if (sectionIds(binary).includes(dataSectionId)) {
    console.error(`build-kernels: ${name}.wasm has a data section; strings, static arrays and Math.exp emit one`)
    process.exit(1)
  }
  const path = join(out, `${name}.wasm`)
  writeFileSync(`${path}.${process.pid}`, binary) // then renamed, so that nobody reads half a file
  renameSync(`${path}.${process.pid}`, path)
  console.log(`${relative(root, path)}  ${binary.length} bytes`)
}

async function compile(enabled) {
  let binary
  const flags = [
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--importMemory',
    '--baseDir',
    root,
    '--outFile',
    'kernels.wasm',
  ]
  const { error, stderr } = await asc.main(
    ['src/kernels/wasm/entry.as.ts', ...flags, ...enabled.flatMap((feature) => ['--enable', feature])],
    { writeFile: (_, contents) => (binary = contents) },
  )
  if (error) {
    console.error(stderr.toString())
    throw error
  }
  return binary
}

/** Ids of the sections of a WebAssembly module (core specification 5.5.2). */
function sectionIds(binary) {
  const ids = []
  for (let at = 8; at < binary.length; ) {
    ids.push(binary[at++])
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++]
      size |= (byte & 127) << shift
      if (byte < 128) break
    }
    at += size
  }
  return ids
}
