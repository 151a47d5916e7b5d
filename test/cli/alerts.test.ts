import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { expect, onTestFinished, test } from 'vitest'
import { ALERT_KEY } from '../support/alertSettings.js'
import { mambacast } from '../support/mambacast.js'
import { receiver } from '../support/receiver.js'
import { testDatabase } from '../support/testDatabase.js'

/** The command line against a database of its own, allowed to send to loopback. */
async function commandLine(settings: object = { allowHttp: true, allowNetworks: ['127.0.0.0/8'], allowPorts: [] }) {
  const { url, sql } = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-alerts-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'config.json')
  writeFileSync(file, JSON.stringify({ alerts: settings }))
  const env = { DATABASE_URL: url, MAMBACAST_CONFIG: file, MAMBACAST_ALERT_KEY: ALERT_KEY }
  return { sql, alerts: (...args: string[]) => mambacast(['alerts', ...args], env) }
}

test('an endpoint is added, tested, rotated, replayed and removed', async () => {
  const { alerts } = await commandLine()
  const { url, received } = await receiver((_, response) => void response.writeHead(200).end('seen'))
  const added = await alerts(
    'add',
    '--url',
    url,
    '--name',
    'mine',
    '--move-probability',
    '2%:0.3',
    '--ticker',
    'ACME',
    '--json',
  )
  expect(added).toMatchObject({ code: 0, stderr: '' })
  const { endpoint, secret } = JSON.parse(added.stdout)

  expect(await alerts('test', endpoint)).toMatchObject({ code: 0, stdout: expect.stringContaining('(200): seen') })
  const verified = new Webhook(secret).verify(received[0]!.body, received[0]!.headers as Record<string, string>)
  expect(verified).toMatchObject({ type: 'alert.test' })

  const rotated = await alerts('rotate', endpoint)
  expect(rotated.stdout).toMatch(/^whsec_/)
  const id = String(received[0]!.headers['webhook-id'])
  expect(await alerts('replay', id)).toMatchObject({ code: 0, stdout: '1 alert put back to be sent\n' })
  expect(received[1]!.headers['webhook-id']).toBe(id)
  for (const key of [secret, rotated.stdout.split('\n')[0]])
    new Webhook(key).verify(received[1]!.body, received[1]!.headers as Record<string, string>)

  const list = await alerts('list')
  expect(list.stdout).toMatch(/mine .*ACME/s)
  expect(list.stdout).not.toContain('whsec_')
  expect(await alerts('remove', endpoint)).toMatchObject({ code: 0 })
  expect((await alerts('list')).stdout).toContain('no endpoint yet')
}, 120_000)

test('what cannot be used is refused in one line, and nothing is stored', async () => {
  const { alerts, sql } = await commandLine({})
  const wrong: [string[], RegExp][] = [
    [['add', '--url', 'http://hooks.example.com/'], /only https:\/\/ is allowed/],
    [['add', '--url', 'https://169.254.169.254/'], /not public \(linkLocal\)/],
    [['add', '--channel', 'telegram', '--set', 'chat=5'], /telegram: token: is missing/],
    [['add', '--url', 'https://93.184.215.14/', '--template', '{% if %}'], /the template cannot be used/],
    [['remove', 'nobody'], /nothing has the id 'nobody'/],
  ]
  for (const [args, message] of wrong) {
    const { code, stderr } = await alerts(...args)
    expect([args, code, stderr.trim().split('\n').length]).toEqual([args, 2, 1])
    expect(stderr).toMatch(message)
  }
  expect(await sql`select 1 from alert_endpoints`).toEqual([])
}, 120_000)
