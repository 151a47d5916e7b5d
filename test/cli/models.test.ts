import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/db/database.js'
import { CHAMPION, FORMER, fillLifecycle, PASSING, RETIRED, TUNED, YOUNG } from '../support/lifecycleFixture.js'
import { mambacast } from '../support/mambacast.js'
import { cloneMarket } from '../support/marketFixture.js'

async function market() {
  const { url, drop } = await cloneMarket()
  const database = connect(url, 2)
  onTestFinished(async () => {
    await database.close()
    await drop()
  })
  await fillLifecycle(database.db)
  return { ...database, run: (...args: string[]) => mambacast(['models', ...args], { DATABASE_URL: url }) }
}

test('list tells who serves and why, who is on trial, and whether losses drift; show tells all of one', async () => {
  const { run } = await market()
  const { code, stdout } = await run('list', '--ticker', 'ACME')
  expect(code).toBe(0)
  expect(stdout).toContain(`ACME  ${CHAMPION} serves since 2025-05-13: not worse over 22 sessions`)
  expect(stdout).toContain(`fine-tuned to ${TUNED} (2025-06-13)`)
  expect(stdout).toContain(`before it: ${FORMER}`)
  expect(stdout).toContain('drift: alarm (Page-Hinkley 16.2 of 15; lately 1.24 times the expected loss)')
  expect(stdout).toMatch(new RegExp(`${PASSING} +2025-05-16 +19 +0\\.4964 +0\\.5003 +0\\.013 +goes on`))
  const json = JSON.parse((await run('list', '--json')).stdout)
  expect(json.map(({ ticker }: { ticker: string }) => ticker)).toEqual(['ACME', 'BOREAL', 'SAMPLE-A'])
  const shown = JSON.parse((await run('show', YOUNG, '--json')).stdout)
  expect(shown).toMatchObject({
    id: YOUNG,
    reason: 'retrained: last full training 5 sessions ago',
    trainEnd: '2025-06-06',
  })
  expect(shown.weights).toBeUndefined()
})

test('promote and rollback are one command each, and say where they led', async () => {
  const { run } = await market()
  const promoted = await run('promote', PASSING)
  expect(promoted.stdout).toBe(`ACME  ${PASSING} serves from the next forecast on, in place of ${CHAMPION}\n`)
  const back = await run('rollback', 'ACME')
  expect(back.stdout).toBe(`ACME  ${CHAMPION} serves from the next forecast on, in place of ${PASSING}\n`)
  const nobody = await run('rollback', 'BOREAL')
  expect([nobody.code, nobody.stderr]).toEqual([1, 'BOREAL: no other model served before the one that does\n'])
})

test('purge takes old weights, never those of the champion, the one before it, or a trial; the ledger stays', async () => {
  const { run, sql } = await market()
  const count = () => sql`select (select count(*) from forecasts) as forecasts, (select count(*) from models) as models`
  const before = await count()
  expect((await run('purge', '--days', '0', '--ticker', 'ACME')).stdout).toMatch(
    /^weights of 4 models purged, \d+ KiB\n$/,
  )
  const kept = await sql`select id from models where ticker = 'ACME' and purged_at is null order by id`
  expect(kept.map(({ id }) => id)).toEqual([FORMER, PASSING, TUNED, YOUNG].sort())
  const purged = await sql`select id, length(weights) as bytes from models where purged_at is not null order by id`
  expect(purged.map(({ id }) => id)).toContain(RETIRED)
  expect(purged.every(({ bytes }) => bytes === 0)).toBe(true)
  expect(await count()).toEqual(before)
  expect((await run('rollback', 'ACME')).code).toBe(0)
  const refused = await run('promote', RETIRED)
  expect([refused.code, refused.stderr]).toEqual([1, `ACME: the weights of ${RETIRED} were purged\n`])
  expect((await run('purge', '--days', '0', '--ticker', 'ACME')).stdout).toContain('purged')
})

test('wrong use is one clear line and exit code 2', async () => {
  const { run } = await market()
  for (const [args, says] of [
    [['show', 'nobody'], 'no such model: nobody\n'],
    [['promote', 'nobody'], 'no model nobody that could serve\n'],
    [['list', '--ticker', 'NOBODY'], 'no such ticker: NOBODY\n'],
    [['purge', '--days', 'x'], '--days x: expected a whole number from 0\n'],
  ] as const) {
    const { code, stderr } = await run(...args)
    expect([args, code, stderr]).toEqual([args, 2, says])
  }
})
