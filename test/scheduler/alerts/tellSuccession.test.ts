import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../../src/db/database.js'
import { promote, rollBack } from '../../../src/db/succession.js'
import { Desk } from '../../../src/scheduler/alerts/alertDesk.js'
import { tellSuccession } from '../../../src/scheduler/alerts/tellSuccession.js'
import { alertConfig } from '../../support/alertSettings.js'
import { CHAMPION, fillLifecycle, PASSING } from '../../support/lifecycleFixture.js'
import { cloneMarket } from '../../support/marketFixture.js'

const at = (hour: number) => new Date(`2025-06-14T${String(hour).padStart(2, '0')}:00:00Z`)

/** A market with a challenger, and somebody who wants to hear of promotions. */
async function market() {
  const { url, drop } = await cloneMarket()
  const database = connect(url, 2)
  onTestFinished(async () => {
    await database.close()
    await drop()
  })
  await fillLifecycle(database.db)
  const config = alertConfig()
  const desk = new Desk({ database, config, clock: () => at(7) })
  const request = { name: 'hook', channel: 'webhook', target: { url: 'http://127.0.0.1:9/hook' }, template: null }
  const { id: endpointId } = await desk.addEndpoint(request)
  await desk.subscribe({
    ...{ endpointId, events: ['model.promoted'], tickers: [], exchange: null, condition: {}, mode: 'each' },
    ...{ cooldownMinutes: 0, digestAt: '08:00', quietHours: null, timezone: 'UTC' },
  })
  return { ...database, tell: tellSuccession({ database, config }) }
}

test('each promotion and each roll back by hand is told, also of a model that comes back', async () => {
  const { db, sql, tell } = await market()
  await promote(db, PASSING, at(8), tell)
  await rollBack(db, 'ACME', at(9), tell)
  await promote(db, PASSING, at(10), tell)
  const told = await sql`select payload -> 'data' ->> 'title' as title, payload -> 'data' ->> 'text' as text,
    payload -> 'data' ->> 'model' as model from alerts order by created_at`
  expect(told.map(({ model }) => model)).toEqual([PASSING, CHAMPION, PASSING])
  expect(told.map(({ text }) => text.split('.')[0])).toEqual([
    `promoted by hand in place of ${CHAMPION}`,
    `rolled back from ${PASSING}`,
    `promoted by hand in place of ${CHAMPION}`,
  ])
  for (const { title } of told) expect(title).toBe('ACME: another model forecasts from now on')
})

test('a change that cannot be told is not made', async () => {
  const { db, sql } = await market()
  const refuse = async () => {
    throw new Error('no room')
  }
  const before = await sql`select count(*) from champions`
  await expect(promote(db, PASSING, at(8), refuse)).rejects.toThrow('no room')
  expect(await sql`select count(*) from champions`).toEqual(before)
})
