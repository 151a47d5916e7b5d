import { expect, test } from 'vitest'
import { createTrainingPool } from '../../src/model/trainingPool.js'
import { jobsAtOnce } from '../../src/scheduler/jobsAtOnce.js'
import { useSoftwareVulkan } from '../kernels/softwareVulkan.js'

const atOnce = async (backend: 'wasm' | 'webgpu') => {
  const pool = createTrainingPool({ threads: 1, backend })
  try {
    return await jobsAtOnce({ pool, concurrency: 3 })
  } finally {
    await pool.close()
  }
}

test('as many tickers are worked on at once as asked for, where each takes a core', async () => {
  expect(await atOnce('wasm')).toBe(3)
})

test.skipIf(!useSoftwareVulkan())('many more, where a GPU trains them together', async () => {
  expect(await atOnce('webgpu')).toBeGreaterThan(100)
})
