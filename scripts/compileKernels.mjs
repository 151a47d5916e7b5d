import asc from 'assemblyscript/asc'

const DATA_SECTION = 11
const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--outFile', 'kernels.wasm']

/**
 * Compiles an AssemblyScript file (`entry`, relative to `root`) with some WebAssembly features enabled; resolves to the
 * binary. It imports its memory, which is that of tfjs.
 * @throws Error when it does not compile, or when the binary has a data section: that would overwrite tfjs's own data
 */
export async function compileKernels(root, entry, features) {
  let binary
  const enabled = features.flatMap((feature) => ['--enable', feature])
  const { error, stderr } = await asc.main([entry, '--baseDir', root, ...FLAGS, ...enabled], {
    writeFile: (_, contents) => (binary = contents),
  })
  if (error) throw new Error(`${entry} does not compile:\n${stderr}`, { cause: error })
  if (sectionIds(binary).includes(DATA_SECTION))
    throw new Error(`${entry} makes a data section, as strings, static arrays and Math.exp do`)
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
