import { expect, test, vi } from 'vitest'
import { testDatabase } from '../support/testDatabase.js'

test('hosts that call a function get the dashboard from DATABASE_URL, and an error that says so without it', async () => {
  const { url } = await testDatabase()
  vi.stubEnv('DATABASE_URL', '')
  const { fetch } = await import('../../src/web/fetchHandler.js')
  expect(() => fetch(new Request('http://host/'))).toThrow(/DATABASE_URL is needed/)
  vi.stubEnv('DATABASE_URL', url)
  const page = await fetch(new Request('http://host/'))
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('No tickers yet')
  expect((await fetch(new Request('http://host/readyz'))).status).toBe(200)
  vi.unstubAllEnvs()
})
