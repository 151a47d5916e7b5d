import { expect, test } from 'vitest'
import { isPassword } from '../../src/web/access/password.js'
import { secretHash } from '../../src/web/access/secret.js'
import { mambacast, startMambacast } from '../support/mambacast.js'
import { testDatabase } from '../support/testDatabase.js'

const PASSWORD = 'correct horse battery'

test('users are added, listed, given a new password and removed, and no password is printed', async () => {
  const { url, sql } = await testDatabase()
  const users = (args: string[], input?: string) =>
    mambacast(['users', ...args], { DATABASE_URL: url }, undefined, input)
  const added = await users(['add', 'Anna', '--role', 'operator'], `${PASSWORD}\n`)
  expect(added).toMatchObject({ code: 0, stdout: 'anna  can log in as operator\n', stderr: '' })
  expect((await users(['add', 'anna'], `${PASSWORD}\n`)).stderr).toContain('there is a user anna already')
  expect((await users(['list'])).stdout).toMatch(/anna +operator/)
  expect(JSON.parse((await users(['list', '--json'])).stdout)).toMatchObject([{ name: 'anna', role: 'operator' }])
  const [row] = await sql`select password_hash from users`
  expect(await isPassword(PASSWORD, row!.password_hash)).toBe(true)

  await sql`insert into sessions values ('x', 'anna', now(), now() + interval '1 day')`
  expect((await users(['password', 'anna'], 'another password\n')).stdout).toContain('has a new password')
  expect(await sql`select 1 from sessions`).toHaveLength(0)
  expect((await users(['remove', 'anna'])).stdout).toBe('anna  removed\n')
  expect(await sql`select 1 from users`).toHaveLength(0)
}, 60_000)

test('migrate adds the operator whom the environment names, once: later it changes nobody', async () => {
  const { url, sql } = await testDatabase()
  const migrate = (more: Record<string, string>) => mambacast(['migrate'], { DATABASE_URL: url, ...more })
  const operator = { MAMBACAST_OPERATOR: 'Anna', MAMBACAST_OPERATOR_PASSWORD: PASSWORD }
  expect(await migrate({ MAMBACAST_OPERATOR: 'anna' })).toMatchObject({
    ...{ code: 2, stdout: '', stderr: expect.stringContaining('belong together: set both') },
  })
  expect((await migrate({ ...operator, MAMBACAST_OPERATOR_PASSWORD: 'short' })).stderr).toMatch(/at least 12/)
  expect(await migrate(operator)).toMatchObject({ code: 0, stdout: expect.stringContaining('anna  can log in') })
  const [row] = await sql`select name, role, password_hash from users`
  expect(row).toMatchObject({ name: 'anna', role: 'operator' })
  expect(await isPassword(PASSWORD, row!.password_hash)).toBe(true)
  const again = await migrate({ MAMBACAST_OPERATOR: 'eve', MAMBACAST_OPERATOR_PASSWORD: 'another password' })
  expect(again).toMatchObject({ code: 0, stdout: 'the database is up to date\n' })
  expect(await sql`select name, role, password_hash from users`).toEqual([row])
}, 60_000)

test('what cannot be a user is refused in one line', async () => {
  const { url } = await testDatabase()
  const wrong: [string[], string, RegExp][] = [
    [['add', 'two words'], PASSWORD, /is no name/],
    [['add', 'anna'], 'short', /at least 12 characters/],
    [['add', 'anna', '--role', 'god'], PASSWORD, /viewer, operator/],
    [['remove', 'nobody'], '', /there is no user nobody/],
  ]
  for (const [args, input, reason] of wrong) {
    const { code, stderr } = await mambacast(['users', ...args], { DATABASE_URL: url }, undefined, input)
    expect([args, code]).toEqual([args, 2])
    expect(stderr).toMatch(reason)
    expect(stderr).not.toContain('    at ')
  }
}, 60_000)

test('a token is shown once, kept as a hash, listed without it, and revoked', async () => {
  const { url, sql } = await testDatabase()
  const tokens = (...args: string[]) => mambacast(['tokens', ...args], { DATABASE_URL: url })
  const { stdout } = await tokens('create', 'grafana', '--scope', 'read,metrics', '--days', '30')
  expect(stdout).toMatch(/^mambacast_[\w-]{43}\n$/)
  const [row] = await sql`select *, expires_at - created_at as lasts from api_tokens`
  expect(row).toMatchObject({ name: 'grafana', token_hash: secretHash(stdout.trim()), scopes: ['read', 'metrics'] })
  const listed = (await tokens('list')).stdout
  expect(listed).toContain(row!.id)
  expect(listed).not.toContain(row!.token_hash)
  expect((await tokens('create', 'x', '--scope', 'all')).stderr).toContain(
    'expected some of metrics, feeds, read, operate',
  )
  expect((await tokens('revoke', 'nothing')).code).toBe(2)
  expect((await tokens('revoke', row!.id)).stdout).toContain('revoked')
  expect(await sql`select 1 from api_tokens`).toHaveLength(0)
}, 60_000)

test('serve refuses an address that others can reach until somebody can log in', async () => {
  const { url } = await testDatabase()
  const env = { DATABASE_URL: url, MAMBACAST_HOST: '0.0.0.0', MAMBACAST_PORT: '0' }
  const refused = await mambacast(['serve', '--no-worker', '--no-schedule'], env)
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toMatch(/server\.host is 0\.0\.0\.0.*mambacast users add NAME --role operator/)
  await mambacast(['users', 'add', 'anna'], env, undefined, PASSWORD)
  const { child, saw, ended } = startMambacast(['serve', '--no-worker', '--no-schedule'], env)
  await saw(/http:\/\/0\.0\.0\.0:\d+/)
  child.kill('SIGINT')
  expect((await ended).code).toBe(0)
}, 60_000)
