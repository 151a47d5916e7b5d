import { expect, test, vi } from 'vitest'
import { addToken } from '../../src/db/apiTokens.js'
import { newToken, secretHash } from '../../src/web/access/secret.js'
import { testDatabase } from '../support/testDatabase.js'

test('hosts that call a function get the dashboard from DATABASE_URL, closed to all who do not log in', async () => {
  const { db, url } = await testDatabase()
  vi.stubEnv('DATABASE_URL', '')
  const { fetch } = await import('../../src/web/fetchHandler.js')
  expect(() => fetch(new Request('http://host/'))).toThrow(/DATABASE_URL is needed/)
  vi.stubEnv('DATABASE_URL', url)
  for (const address of ['https://host/', 'http://localhost/', 'http://127.0.0.1:3000/']) {
    const page = await fetch(new Request(address))
    expect([address, page.status, page.headers.get('location')]).toEqual([address, 303, '/login?to=%2F'])
  }
  expect((await fetch(new Request('http://localhost/api/v1/tickers'))).status).toBe(401)
  expect((await fetch(new Request('http://host/readyz'))).status).toBe(200)

  const token = newToken()
  await addToken(db, { name: 't', scopes: ['read'], tokenHash: secretHash(token), createdAt: new Date() })
  const page = await fetch(new Request('https://host/', { headers: { authorization: `Bearer ${token}` } }))
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('No tickers yet')
  vi.unstubAllEnvs()
})
