import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig, printableConfig } from '../src/config.js'

function configFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'mambacast.config.json')
  writeFileSync(file, text)
  return file
}

test('with neither file nor environment the defaults hold', () => {
  const config = loadConfig({})
  expect(config.server).toEqual({ host: '127.0.0.1', port: 3000 })
  expect(config.forecast.moveThresholdPct).toBe(2)
})

test('the environment wins over the file, and paths are relative to the file', () => {
  const file = configFile(
    '{"server":{"port":4000,"host":"::1"},"dataDir":"db","tickers":[{"symbol":"T","provider":"csv","location":"bars"}]}',
  )
  const config = loadConfig({ MAMBACAST_PORT: '5000' }, file)
  expect(config.server).toEqual({ host: '::1', port: 5000 })
  expect(config.dataDir).toBe(join(file, '../db'))
  expect(config.tickers[0]!.location).toBe(join(file, '../bars'))
})

test.each([
  ['{"server":{"port":99999}}', /config\.json: server\.port = 99999: .*<=65535/],
  ['{"server":{"prot":1}}', /config\.json: server: unknown key "prot"/],
  ['{"log":{"level":"loud"}}', /log\.level = "loud": .*"info"/],
  ['{"tickers":[{"provider":"csv"}]}', /tickers\.0\.symbol = undefined: .*string/],
  ['{"server":', /not valid JSON/],
  [
    '{"schedules":{"XSHG":{"cron":"0 17 * * *","timezone":"Mars/Olympus"}}}',
    /schedules\.XSHG\.timezone = "Mars\/Olympus": expected an IANA/,
  ],
  ['{"tickers":[{"symbol":"A"},{"symbol":"B"},{"symbol":"A"}]}', /tickers\.2\.symbol = "A": it is there twice/],
  ['[]', /expected a JSON object/],
])('%s is refused by key, value and what is allowed', (text, says) => {
  expect(() => loadConfig({}, configFile(text))).toThrow(says)
})

test('a bad environment variable is named, and a password is never shown', () => {
  expect(() => loadConfig({ MAMBACAST_PORT: 'abc' })).toThrow('MAMBACAST_PORT = "abc"')
  const bad = () => loadConfig({ DATABASE_URL: 'http://me:s3cret@host/db' })
  expect(bad).toThrow(/DATABASE_URL = \(hidden\): expected postgres:/)
  const good = loadConfig({ DATABASE_URL: 'postgres://me:s3cret@host/db' })
  expect(JSON.stringify(printableConfig(good))).not.toContain('s3cret')
})
