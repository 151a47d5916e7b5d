import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSmallTraining } from './smallTraining.js'
import { ways } from './waysToRun.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What V8's caches may take over a thousand steps. */
const HEAP_BYTES = 2 ** 19

for (const { name, isMissing, isSlow, begin, end } of ways)
  describe.skipIf(isMissing)(`on ${name}`, { timeout: 60_000 }, () => {
    beforeAll(begin)
    afterAll(end)

    const steps = isSlow ? 40 : 1000 // 85 ms each by the software driver

    test(`${steps} steps of training leave no tensor and no memory behind`, async () => {
      const training = startSmallTraining(5)
      const run = async () => {
        for (let i = 0; i < steps; i++) training.step()
        await training.weights() // all of them have run
        const { numTensors, numBytes, numDataBuffers } = tf.memory()
        return { numTensors, numBytes, numDataBuffers, wasmBytes: wasmBytes(), data: tf.backend().numDataIds() }
      }
      const before = await run()
      const heap = heapBytes()
      expect(await run()).toEqual(before)
      expect(heapBytes() - heap).toBeLessThan(HEAP_BYTES)
      training.close()
    })

    test('two trainings are equal to the last bit', async () => {
      const run = async () => {
        const training = startSmallTraining(301)
        for (let i = 0; i < 3; i++) training.step()
        const weights = await training.weights()
        training.close()
        return weights
      }
      const first = await run()
      expect(first.every(Number.isFinite)).toBe(true)
      expect(await run()).toEqual(first)
    })
  })

/** 0 elsewhere. */
const wasmBytes = () => (tf.backend() as { wasm?: { HEAPU8: Uint8Array } }).wasm?.HEAPU8.byteLength ?? 0

function heapBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}
