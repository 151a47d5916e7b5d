import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { selectBackend } from '../../src/kernels/backend.js'
import { linear } from '../../src/kernels/linear/linear.js'
import { attach } from '../../src/kernels/wasm/wasmHost.js'

const hasTensorflow = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'].some((name) => {
  try {
    return createRequire(import.meta.url).resolve(`${name}/package.json`) !== ''
  } catch {
    return false
  }
})

test('the choice says why every other backend is not used', async () => {
  const { name, skipped } = await selectBackend('auto')
  expect(tf.getBackend()).toBe(name)
  for (const { reason } of skipped) expect(reason).toMatch(/\w+ \w+/)
  const order = ['webgpu', 'tensorflow', 'wasm', 'cpu']
  expect(skipped.map((backend) => backend.name)).toEqual(order.filter((other) => other !== name))
  expect(skipped.at(-1)).toEqual({ name: 'cpu', reason: `${name} is faster` })
  expect((await selectBackend('cpu')).skipped).toContainEqual({ name: 'wasm', reason: 'cpu is asked for' })
})

test.skipIf(hasTensorflow)('a backend that was named and is missing is an error that names its package', async () => {
  await expect(selectBackend('tensorflow')).rejects.toThrow(/'tensorflow' cannot start: .*tfjs-node-gpu/)
})

test('kernels do not attach to a tfjs whose internals differ, and say so', () => {
  expect(attach({})).toMatchObject({ reason: expect.stringContaining('4.22.0') })
  const memory = new WebAssembly.Memory({ initial: 1 })
  const strange = { wasm: { asm: { memory }, HEAPU8: new Uint8Array(memory.buffer) } }
  expect(attach(strange)).toMatchObject({ reason: expect.stringContaining('4.22.0') })
})

test.each(['wasm', 'makeOutput', 'disposeData', 'dataIdMap'])(
  'without %s of tfjs the plain kernels take over, with the same results and the reason',
  async (field) => {
    await selectBackend('wasm')
    const backend = tf.backend() as unknown as Record<string, unknown>
    const compute = () =>
      tf.tidy(() => [...linear(tf.range(0, 6).reshape([2, 3]), tf.range(1, 13).reshape([4, 3])).dataSync()])
    const expected = compute()
    const kept = backend[field]
    try {
      backend[field] = undefined
      attach(backend)
    } finally {
      backend[field] = kept // tfjs itself still needs it
    }
    expect(await selectBackend('wasm')).toMatchObject({
      engine: 'plain JavaScript',
      slow: expect.stringContaining('mambacast needs exactly 4.22.0'),
    })
    expect(compute()).toEqual(expected)
    attach(backend)
    expect(await selectBackend('wasm')).toMatchObject({ engine: expect.stringMatching(/^WebAssembly, .*simd/) })
    expect(compute()).toEqual(expected)
  },
)
