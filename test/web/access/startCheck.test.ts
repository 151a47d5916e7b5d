import { expect, test } from 'vitest'
import { addUser } from '../../../src/db/users.js'
import { requireGuard } from '../../../src/web/access/startCheck.js'
import { reachable } from '../../support/access.js'
import { testDatabase } from '../../support/testDatabase.js'

const at = (host: string, access = {}) => ({ server: { host, port: 0 }, access: reachable(access).config })

test('a dashboard that others can reach starts only when somebody can log in, or it is said that nobody need', async () => {
  const { db } = await testDatabase()
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) await requireGuard(db, at(host))
  for (const host of ['0.0.0.0', '::', '192.168.1.4', '127.evil.example', 'localhost.example'])
    await expect(requireGuard(db, at(host)), host).rejects.toThrow(/nobody can log in yet.*mambacast users add/)
  await requireGuard(db, at('0.0.0.0', { public: true }))
  await requireGuard(db, at('0.0.0.0', { trustedProxies: ['10.0.0.0/8'], userHeader: 'Remote-User' }))
  await addUser(db, { name: 'anna', role: 'operator', passwordHash: 'x' })
  await requireGuard(db, at('0.0.0.0'))
})
