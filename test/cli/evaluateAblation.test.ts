import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { mambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { testDatabase } from '../support/testDatabase.js'

test('one command compares the set-ups, leaves the last sessions out, and trains nothing twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-ablation-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const training = { maxEpochs: 1, dModel: 4, nLayers: 1, dState: 2 }
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ model: { training } }))
  const lines = randomWalkCsv(480).trim().split('\n')
  writeFileSync(join(folder, 'T.csv'), lines.join('\n'))
  writeFileSync(join(folder, 'U.csv'), lines.slice(0, 471).join('\n'))
  const { url, sql } = await testDatabase()
  const env = { DATABASE_URL: url, MAMBACAST_CONFIG: join(folder, 'config.json') }
  const data = ['--provider', 'csv', '--data', folder, '--tickers', 'T,U']
  const ablate = (...more: string[]) =>
    mambacast(['evaluate', '--protocol', 'ablation', '--test-size', '20', '--before-last', '30', ...data, ...more], env)

  const { code, stdout, stderr } = await ablate('--report', join(folder, 'report'))
  expect(code, stderr).toBe(0)
  expect(stdout).toContain('20 sessions of each ticker before the last 30')
  expect(stdout.split('\n').filter((line) => /^\| (per ticker|panel)/.test(line))).toHaveLength(16)
  expect(readFileSync(join(folder, 'report', 'ablation.md'), 'utf8')).toBe(stdout)
  const { arms } = JSON.parse(readFileSync(join(folder, 'report', 'ablation.json'), 'utf8'))
  expect(arms.map(({ model, ensemble, recalibrated }: never) => [model, ensemble, recalibrated])).toEqual([
    ['mamba', 1, true],
    ['mamba-exogenous', 1, true],
    ['mamba-panel', 1, true],
    ['mamba-panel-exogenous', 1, true],
    ['mamba', 3, true],
    ['mamba', 5, true],
    ['mamba', 1, false],
    ['mamba', 5, false],
  ])
  const last =
    await sql`select max(as_of) as last from evaluations, jsonb_array_elements_text(record -> 'asOf') as as_of where ticker = 'T'`
  expect(last[0]!.last < lines.at(-30)!.split(',')[0]!).toBe(true)

  const [{ newest }] = (await sql`select max(created_at) as newest from evaluations`) as unknown as [{ newest: Date }]
  const again = await ablate('--json')
  expect(JSON.parse(again.stdout).arms).toEqual(arms)
  expect(await sql`select max(created_at) as newest from evaluations`).toEqual([{ newest }])
}, 240_000)

test('its models are its own', async () => {
  const { code, stderr } = await mambacast(
    ['evaluate', '--protocol', 'ablation', '--models', 'lstm', '--provider', 'sample'],
    {
      DATABASE_URL: (await testDatabase()).url,
    },
  )
  expect([code, stderr]).toEqual([2, '--protocol ablation has its own models: leave --models out\n'])
}, 60_000)
