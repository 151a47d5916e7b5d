import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import { describe, expect, onTestFinished, test } from 'vitest'
import { countRows } from '../support/countRows.js'
import { mambacast, startMambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { testDatabase } from '../support/testDatabase.js'

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-evaluate-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const walk = (sessions: number) => randomWalkCsv(sessions)
const evaluations = async (sql: Sql): Promise<number> =>
  (await sql<{ n: number }[]>`select count(*)::int as n from evaluations`)[0]!.n

const FEW_EPOCHS = JSON.stringify({ model: { training: { maxEpochs: 3 } } })

test('next-day: figures of every model and baseline, a verdict, and a report in three forms; again nothing is trained', async () => {
  const folder = folderWith({ 'T.csv': walk(420), 'few.json': FEW_EPOCHS })
  const { url, sql } = await testDatabase()
  const env = { DATABASE_URL: url, MAMBACAST_CONFIG: join(folder, 'few.json') }
  const args = ['evaluate', '--protocol', 'next-day', '--provider', 'csv', '--data', folder, '--tickers', 'T']
  const more = ['--models', 'mamba,s4d', '--seeds', '2', '--test-size', '80', '--step-size', '40', '--embargo', '2']
  const first = await mambacast([...args, ...more, '--json', '--report', join(folder, 'out')], env)
  expect(first.stderr).toContain('report: ')
  expect(first.code).toBe(0)

  const report = JSON.parse(first.stdout)
  const [ticker] = report.tickers
  expect(ticker).toMatchObject({ ticker: 'T', bars: 420, test_size: 80, train_rows: 377 })
  expect(ticker.models.map((one: { model: string }) => one.model)).toEqual([
    ...['mamba', 's4d', 'zero', 'drift', 'hist', 'ewma', 'fhs', 'garch', 'har'],
  ])
  const [mamba] = ticker.models
  expect(mamba.seeds.map(({ seed }: { seed: number }) => seed)).toEqual([1, 2])
  for (const name of ['mae', 'rmse', 'r2_oos', 'pinball', 'crps', 'coverage_80', 'coverage_95', 'winkler_95', 'qlike'])
    expect(Number.isFinite(mamba.figures[name].mean), name).toBe(true)
  expect(mamba.figures.pinball.sd).toBeGreaterThan(0)
  expect(ticker.verdicts.map(({ forecaster }: { forecaster: string }) => forecaster)).toEqual(['mamba', 's4d'])
  expect(report.sentences).toHaveLength(3)
  expect(report.sentences[2]).toMatch(/^These verdicts are 4 tests at the 5 % level/)
  expect(JSON.parse(readFileSync(join(folder, 'out/report.json'), 'utf8'))).toEqual(report)
  expect(readFileSync(join(folder, 'out/report.csv'), 'utf8')).toContain(`T,mamba,1,mae,${mamba.seeds[0].figures.mae}`)
  expect(readFileSync(join(folder, 'out/report.html'), 'utf8')).toMatch(/^<!doctype html>/)
  expect(await evaluations(sql)).toBe(4 + 7)
  expect(await countRows(sql)).toMatchObject({ tickers: 0, bars: 0, models: 0, forecasts: 0 })

  const second = await mambacast([...args, ...more, '--json'], env)
  expect(second.stderr.match(/stored already/g)).toHaveLength(5)
  const withoutCommand = ({ provenance: _, ...rest }: Record<string, unknown>) => rest
  expect(withoutCommand(JSON.parse(second.stdout))).toEqual(withoutCommand(report))

  const raw = await mambacast([...args, ...more, '--json', '--no-recalibrate'], env)
  expect(raw.stderr.match(/stored already/g)).toHaveLength(5)
  const [rawTicker] = JSON.parse(raw.stdout).tickers
  expect(rawTicker.models[0].figures.pinball).not.toEqual(mamba.figures.pinball)
  expect(rawTicker.models.slice(2)).toEqual(ticker.models.slice(2))
})

test('an evaluation that is killed goes on where it stopped', async () => {
  const folder = folderWith({ 'T.csv': walk(420), 'few.json': FEW_EPOCHS })
  const { url, sql } = await testDatabase()
  const env = { DATABASE_URL: url, MAMBACAST_CONFIG: join(folder, 'few.json') }
  const args = ['evaluate', '--protocol', 'next-day', '--provider', 'csv', '--data', folder, '--tickers', 'T']
  const more = ['--models', 'mamba,lstm', '--test-size', '60']
  const killed = startMambacast([...args, ...more], env)
  await killed.saw(/T mamba seed 1 {2}\d/)
  killed.child.kill('SIGKILL')
  await killed.ended
  expect(await evaluations(sql)).toBe(8)
  const again = await mambacast([...args, ...more], env)
  expect(again.code).toBe(0)
  expect(again.stderr).toContain('T mamba seed 1  stored already')
  expect(await evaluations(sql)).toBe(9)
})

test('paper: a table beside persistence, which is said to be no skill', async () => {
  const folder = folderWith({ 'T.csv': walk(420) })
  const { url } = await testDatabase()
  const args = ['evaluate', '--protocol', 'paper', '--provider', 'csv', '--data', folder, '--tickers', 'T']
  const { code, stdout } = await mambacast([...args, '--models', 's4d', '--test-size', '60'], { DATABASE_URL: url })
  expect(code).toBe(0)
  expect(stdout).toMatch(/s4d \(one seed\) +\d/)
  expect(stdout).toMatch(/zero +\d/)
  expect(stdout).toContain('What this does not show: skill.')
})

const good = walk(420)
const constant = good
  .split('\n')
  .map((line, i) => (i === 0 || line === '' ? line : `${line.split(',')[0]},5,5,5,5,100`))
  .join('\n')
const data = {
  'T.csv': good,
  'SHORT.csv': walk(330),
  'FLAT.csv': constant,
  'init.json': '{"weights": {}}',
  'bad.json': '{',
}

describe.each(['paper', 'next-day'])('bad input to protocol %s: one clear line, nothing computed', (protocol) => {
  const common: [args: string[], code: number, says: RegExp][] = [
    [
      ['--tickers', 'SHORT'],
      1,
      /^SHORT: 330 sessions are too few: a test window of 300 leaves \d+ to train on, at least 2\d0 are needed$/,
    ],
    [['--tickers', 'FLAT'], 1, /^FLAT: the closing price is 5 in every session, so there is nothing to forecast$/],
    [['--tickers', 'NOPE'], 1, /NOPE\.csv: no such file/],
    [['--tickers', 'T', '--models', 'nope'], 2, /^unknown model 'nope': protocol (paper|next-day) knows .*lstm/],
    [['--tickers', 'T', '--test-size', '0'], 2, /^--test-size 0: expected a whole number above 0$/],
    [['--tickers', 'T', '--window', 'sliding'], 2, /--window.*'sliding' is invalid/],
    [['--tickers', 'T', '--last', '5'], 2, /^--last counts settled forecasts/],
  ]
  const paper: typeof common = [
    [['--tickers', 'T', '--init', 'FOLDER/none.json', '--test-size', '60'], 2, /none\.json: no such file$/],
    [['--tickers', 'T', '--init', 'FOLDER/bad.json', '--test-size', '60'], 2, /bad\.json: not JSON$/],
    [
      ['--tickers', 'T', '--models', 'mambastock', '--init', 'FOLDER/init.json', '--test-size', '60'],
      2,
      /^the given weights do not fit mambastock with 4 inputs: embed\.weight should be \(16, 4\) and is missing$/,
    ],
  ]
  test.each(protocol === 'paper' ? [...common, ...paper] : common)('%j', async (args, code, says) => {
    const folder = folderWith(data)
    const { url } = await testDatabase()
    const placed = args.map((arg) => arg.replace('FOLDER', folder))
    const all = ['evaluate', '--protocol', protocol, '--provider', 'csv', '--data', folder, ...placed]
    const result = await mambacast(all, { DATABASE_URL: url })
    const lines = result.stderr
      .trim()
      .split('\n')
      .filter((line) => !/ {2}(train|\d+\.\d s)$|says more/.test(line))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(says)
    expect(result.code).toBe(code)
    expect(result.stdout).toBe('')
  })
})

test('options of an evaluation without a protocol are wrong use', async () => {
  const { url } = await testDatabase()
  const { code, stderr } = await mambacast(['evaluate', '--seeds', '3'], { DATABASE_URL: url })
  expect(stderr).toBe('--seeds needs --protocol paper or --protocol next-day\n')
  expect(code).toBe(2)
})
