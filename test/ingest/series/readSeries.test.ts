import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Series, SeriesSource } from '../../../src/domain/series.js'
import { createProviders } from '../../../src/ingest/providers.js'
import { localServer } from '../localServer.js'

const now = new Date('2024-03-01T12:00:00Z')
const ny = { timezone: 'America/New_York', knownAtTime: '16:15', lagDays: 0, tickers: [] }
const seriesOf = (source: SeriesSource, more: Partial<Series> = {}): Series => ({ name: 'vix', source, ...ny, ...more })

function read(series: Series, environment: Record<string, string> = {}) {
  const providers = createProviders({ http: { attempts: 1 } }, { environment: (name) => environment[name] })
  return providers.readSeries({ series, now, signal: new AbortController().signal })
}

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-series-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'series.csv'), text)
  return join(folder, 'series.csv')
}

test('a CSV file: values at the time its day says, by the clock of the series, daylight saving included', async () => {
  const csv = file('DATE,CLOSE\n2024-01-03,14.1\n20230704,13.5\n2024-01-04,.\n')
  const { points, refused } = await read(seriesOf({ csv, date: 'date', value: 'close' }))
  expect(points).toEqual([
    { date: '2023-07-04', value: 13.5, knownAt: new Date('2023-07-04T20:15:00Z') },
    { date: '2024-01-03', value: 14.1, knownAt: new Date('2024-01-03T21:15:00Z') },
  ])
  expect(refused).toEqual([])
})

test('a lag in days and the end of the day', async () => {
  const csv = file('date,value\n2024-01-03,1\n')
  const monthly = { timezone: 'UTC', knownAtTime: '24:00', lagDays: 2 }
  const { points } = await read(seriesOf({ csv, date: 'date', value: 'value' }, monthly))
  expect(points[0]!.knownAt).toEqual(new Date('2024-01-06T00:00:00Z'))
})

test('JSON over HTTP: rows and cells by pointers, publication by its own moment', async () => {
  const body = { data: { 'a/b': [{ d: '2024-01-03T00:00:00', v: '1.5', seen: '2024-01-09T08:30:00-05:00' }] } }
  const { url } = await localServer((_, response) => response.end(JSON.stringify(body)))
  const source = { json: `${url}/rates`, rows: '/data/a~1b', date: '/d', value: '/v', knownAt: '/seen' }
  const { points } = await read(seriesOf(source))
  expect(points).toEqual([{ date: '2024-01-03', value: 1.5, knownAt: new Date('2024-01-09T13:30:00Z') }])
})

test('rows as arrays, and a key from the environment that no message shows', async () => {
  const server = await localServer((_, response) => response.end('[["2024-01-03", 2]]'))
  const source = { json: `${server.url}/?key={env:RATES_KEY}`, rows: '', date: '/0', value: '/1' }
  const { points } = await read(seriesOf(source), { RATES_KEY: 'hush hush' })
  expect(points[0]).toMatchObject({ date: '2024-01-03', value: 2 })
  expect(server.asked[0]!.query.get('key')).toBe('hush hush')
  await expect(read(seriesOf(source))).rejects.toThrow(/needs RATES_KEY, which is not set/)
  server.answer = (_, response) => response.writeHead(400).end('bad key: hush hush')
  await expect(read(seriesOf(source), { RATES_KEY: 'hush hush' })).rejects.toThrow(/^(?!.*hush)series vix.*400/)
})

test('rows that cannot be read are refused by line; when none is left the series fails', async () => {
  const source = (text: string) => seriesOf({ csv: file(text), date: 'date', value: 'value' })
  const { points, refused } = await read(
    source('date,value\n2024-02-30,1\n2024-01-03,many\n2024-01-04,5\n2025-01-01,1\n'),
  )
  expect(points).toHaveLength(1)
  expect(refused.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
    "2: date '2024-02-30' is no calendar day",
    "3: value 'many' is not a number",
    '5: date 2025-01-01 lies in the future',
  ])
  await expect(read(source('date,value\n2024-01-04,NA\n'))).rejects.toThrow(/no usable row \(none has a value\)/)
  await expect(read(source('day,value\n2024-01-04,1\n'))).rejects.toThrow(/no column 'date'; its header is day,value/)
})
