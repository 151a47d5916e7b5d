import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { applySetting } from '../../src/db/tuning.js'
import { mambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { testDatabase } from '../support/testDatabase.js'

async function bench(config: object) {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-tune-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const database = await testDatabase()
  const env = { MAMBACAST_BACKEND: 'wasm', MAMBACAST_CONFIG: join(folder, 'c.json'), DATABASE_URL: database.url }
  writeFileSync(env.MAMBACAST_CONFIG, JSON.stringify(config))
  writeFileSync(join(folder, 'A.csv'), randomWalkCsv(300, 1))
  const run = (...args: string[]) => mambacast(args, env)
  expect(await run('ingest', '--ticker', 'A', '--provider', 'csv', '--data', folder)).toMatchObject({ code: 0 })
  return { ...database, run }
}

test('an applied setting is what trainings use and name, what is configured wins over it, and it can be taken back', async () => {
  const { db, sql, run } = await bench({ model: { training: { maxEpochs: 2 } } })
  const setting = {
    learningRate: 0.01,
    weightDecay: 0.001,
    dModel: 8,
    nLayers: 1,
    dState: 4,
    trainWindow: 250,
    maxEpochs: 9,
  }
  await applySetting(db, ['A'], { setting, name: 'tune-abc/7' }, new Date(0))
  await run('train', '--ticker', 'A')
  const { stdout } = await run('tune', '--ticker', 'A', '--unapply')
  expect(stdout).toBe('A: later trainings use the default setting\n')
  await run('train', '--ticker', 'A')
  const models = await sql`select setting, options from models order by created_at`
  expect(models.map((model) => model.setting)).toEqual(['tune-abc/7', null])
  expect(models[0]!.options).toMatchObject({ ...setting, maxEpochs: 2 })
  expect(models[1]!.options).toMatchObject({ dModel: 16, maxEpochs: 2 })
  expect(models[1]!.options).not.toHaveProperty('trainWindow')
}, 180_000)

test('what cannot be searched is refused in one line', async () => {
  const { run } = await bench({})
  expect(await run('tune', '--ticker', 'A')).toMatchObject({
    code: 1,
    stderr: 'A: a search needs at least 661 sessions, and there are 300\n',
  })
  expect(await run('tune', '--ticker', 'A', '--show')).toMatchObject({
    code: 1,
    stderr: 'A: no search has been made yet: run mambacast tune --ticker A\n',
  })
  expect(await run('tune', '--minutes', 'soon')).toMatchObject({ code: 2 })
}, 180_000)
