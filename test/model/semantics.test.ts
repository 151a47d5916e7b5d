import { expect, test, vi } from 'vitest'

async function semanticsWith(drawdown?: (value: number) => number): Promise<string> {
  vi.resetModules()
  vi.doUnmock('../../src/features/drawdown.js')
  if (drawdown)
    vi.doMock('../../src/features/drawdown.js', async (original) => {
      const real = await original<typeof import('../../src/features/drawdown.js')>()
      return {
        drawdownFeatures: (...args: Parameters<typeof real.drawdownFeatures>) =>
          real.drawdownFeatures(...args).map((column) => ({ ...column, values: column.values.map(drawdown) })),
      }
    })
  return (await import('../../src/model/semantics.js')).modelSemantics()
}

test('a feature that changes under its old name changes what the code means; doing nothing does not', async () => {
  const now = await semanticsWith()
  expect(now).toMatch(/^network \d+, features [0-9a-f]{12}$/)
  expect(await semanticsWith((value) => value)).toBe(now)
  expect(await semanticsWith((value) => value * 1.001)).not.toBe(now)
  expect(await semanticsWith((value) => value * (1 + 1e-14))).toBe(now)
})
