import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longestFirst.js'

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  test: {
    reporters: ['default', './test/support/summaryReporter.ts'],
    globalSetup: 'test/support/testServer.ts',
    setupFiles: 'test/support/fixedSeed.ts',
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
})
