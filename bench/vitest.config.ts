import { defineConfig } from 'vitest/config'
import base from '../vitest.config.js'

/** Measurements that need the test fixtures: run them on a machine that has nothing else to do. */
export default defineConfig({ ...base, test: { ...base.test, include: ['bench/**/*.bench.ts'], maxWorkers: 1 } })
