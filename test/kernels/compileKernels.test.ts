import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { compileKernels } from '../../scripts/compileKernels.mjs'

const folder = mkdtempSync(join(tmpdir(), 'mambacast-kernels-'))
afterAll(() => rmSync(folder, { recursive: true }))

const compile = (source: string): Promise<Uint8Array> => {
  writeFileSync(join(folder, 'entry.ts'), source)
  return compileKernels(folder, 'entry.ts', ['simd'])
}

test('arithmetic on addresses compiles to a module that works on the memory it is given', async () => {
  const binary = await compile('export function twice(at: usize): void { store<f32>(at, 2 * load<f32>(at)) }')
  const memory = new WebAssembly.Memory({ initial: 1 })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(binary)), { env: { memory } })
  const numbers = new Float32Array(memory.buffer)
  numbers[3] = 1.5
  ;(exports as { twice(at: number): void }).twice(12)
  expect(numbers[3]).toBe(3)
})

test.each([
  ['a string', 'export function size(): i32 { return "mambacast".length }'],
  ['a static array', 'const taps = [1.5, 2.5]\nexport function tap(i: i32): f64 { return taps[i] }'],
  ['Math.exp', 'export function growth(x: f64): f64 { return Math.exp(x) }'],
])('%s, which would lie in memory that belongs to tfjs, is refused', async (_, source) => {
  await expect(compile(source)).rejects.toThrow('entry.ts makes a data section')
})

test('a mistake in the source is an error that shows it', async () => {
  await expect(compile('export function f(): i32 { return nothing }')).rejects.toThrow(
    /does not compile:\n(.|\n)*nothing/,
  )
})
