import { describe, expect, test } from 'vitest'
import { saveModel } from '../../../src/db/models.js'
import { says } from '../../ingest/localServer.js'
import { type Day, days } from '../../ingest/providerFormats.js'
import { evening, HISTORY, ingestBench, market, modelRow } from './ingestBench.js'

/** The history and two sessions more. */
const LONGER = [...HISTORY, ...days(2, '2026-01-02').map((day) => ({ ...day, close: day.low!, open: day.low! }))]
const [FIRST_NEW, SECOND_NEW] = LONGER.slice(-2) as [Day, Day]
const changed = (all: readonly Day[], from: number, change: Partial<Day>): Day[] =>
  all.map((day, i) => (i === from ? { ...day, ...change } : day))

describe('increments', () => {
  test('a new ticker is read whole, then only what is missing and ten sessions more', async () => {
    const { servers, ingest, stored } = await ingestBench(['tiingo'])
    const server = servers.tiingo!
    expect(await ingest(evening('2025-12-31'))).toMatchObject({ inserted: 300, served: 'tiingo', asOf: '2025-12-31' })
    expect(server.asked[0]!.query.get('startDate')).toBe('1960-01-01')
    server.answer = market('tiingo', LONGER)
    expect(await ingest(evening('2026-01-02'))).toMatchObject({ inserted: 2, corrected: 0, asOf: '2026-01-02' })
    expect(server.asked[1]!.query.get('startDate')).toBe(HISTORY.at(-10)!.date)
    expect((await stored()).map(({ session, close }) => [session, close])).toEqual(LONGER.map((d) => [d.date, d.close]))
  })

  test('the same again changes nothing', async () => {
    const { ingest, stored, sql } = await ingestBench(['tiingo'])
    await ingest(evening('2025-12-31'))
    const before = await stored()
    expect(await ingest(evening('2025-12-31'))).toMatchObject({ inserted: 0, corrected: 0, rebased: null })
    expect(await stored()).toEqual(before)
    expect(await sql`select * from bar_revisions`).toEqual([])
  })

  test('a correction in the overlap is taken, and what the bar said before is kept', async () => {
    const { servers, ingest, stored, sql } = await ingestBench(['tiingo'])
    await ingest(evening('2025-12-31'))
    const day = HISTORY.at(-4)!
    servers.tiingo!.answer = market('tiingo', changed(LONGER, 296, { volume: day.volume! + 1, high: day.high! + 1 }))
    expect(await ingest(evening('2026-01-02'))).toMatchObject({ inserted: 2, corrected: 1, rebased: null })
    expect((await stored())[296]).toMatchObject({ volume: day.volume! + 1 })
    expect(await sql`select session::text, provider, earlier->>'high' as high from bar_revisions`).toEqual([
      { session: day.date, provider: 'tiingo', high: String(day.high) },
    ])
  })

  test('a bar from before the close is left out and comes with the next run', async () => {
    const { servers, ingest, stored } = await ingestBench(['tiingo'])
    servers.tiingo!.answer = market('tiingo', LONGER)
    expect(await ingest(new Date('2026-01-02T20:59:00Z'))).toMatchObject({ asOf: FIRST_NEW.date, unfinished: 1 })
    expect(await ingest(new Date('2026-01-02T21:30:00Z'))).toMatchObject({ inserted: 1, asOf: SECOND_NEW.date })
    expect(await stored()).toHaveLength(302)
  })

  test('one bad row of an increment does not stop it', async () => {
    const { servers, ingest, stored } = await ingestBench(['tiingo'])
    await ingest(evening('2025-12-31'))
    servers.tiingo!.answer = market('tiingo', changed(LONGER, 300, { close: null }))
    expect(await ingest(evening('2026-01-02'))).toMatchObject({
      inserted: 1,
      refused: [{ reason: 'close is missing' }],
    })
    servers.tiingo!.answer = market('tiingo', LONGER)
    expect(await ingest(evening('2026-01-02'))).toMatchObject({ inserted: 1, refused: [] })
    expect((await stored()).map(({ session }) => session)).toEqual(LONGER.map(({ date }) => date))
  })
})

describe('corporate actions', () => {
  const halved = ({ date, open, high, low, close, volume }: Day, split?: number): Day => ({
    ...{ date, open: open! / 2, high: high! / 2, low: low! / 2, close: close! / 2, volume: volume! * 2 },
    ...(split && { split }),
  })
  const SPLIT = [...HISTORY, halved(FIRST_NEW, 2), halved(SECOND_NEW)]

  test.each(['yahoo', 'tiingo', 'tushare'])(
    'a split between two fetches of %s leaves the past as it was',
    async (name) => {
      const { servers, ingest, stored, sql } = await ingestBench([name])
      await ingest(evening('2025-12-31'))
      const before = await stored()
      servers[name]!.answer = market(name, SPLIT)
      const result = await ingest(evening('2026-01-02'))
      expect(result).toMatchObject({ inserted: 2, corrected: 0, rebased: null })
      const after = await stored()
      expect(after.slice(0, 300)).toEqual(before)
      expect(after[300]).toMatchObject({ session: FIRST_NEW.date, ratio: 0.5, ratio_source: 'quoted', factor: 2 })
      expect(after[300]!.adjusted_close / before[299]!.adjusted_close).toBeCloseTo(
        FIRST_NEW.close! / HISTORY.at(-1)!.close!,
        6,
      )
      expect(await sql`select session::text, value from corporate_actions`).toEqual([
        { session: FIRST_NEW.date, value: name === 'tushare' ? 0.5 : 2 },
      ])
      expect(await ingest(evening('2026-01-02'))).toMatchObject({ inserted: 0, corrected: 0, rebased: null })
    },
  )

  test('a provider that re-bases its whole history is followed once, and marks the models that saw the old one', async () => {
    const { servers, ingest, stored, sql, db } = await ingestBench(['stooq'])
    await ingest(evening('2025-12-31'))
    await saveModel(db, modelRow('old', '2025-12-30'))
    servers.stooq!.answer = market(
      'stooq',
      LONGER.map((day) => halved(day)),
    )
    const result = await ingest(evening('2026-01-02'))
    expect(result).toMatchObject({ inserted: 2, corrected: 0, rebased: { session: HISTORY[0]!.date, models: 1 } })
    expect(result.rebased!.factor).toBeCloseTo(0.5, 6)
    expect((await stored()).map(({ close }) => close)).toEqual(LONGER.map(({ close }) => close! / 2))
    expect((await stored()).every(({ ratio }) => ratio === 1)).toBe(true)
    expect(await sql`select provider, bars, reason from rebases`).toEqual([
      { provider: 'stooq', bars: 300, reason: 'price basis' },
    ])
    expect(await sql`select 1 from bar_revisions`).toEqual([])
    expect(await ingest(evening('2026-01-02'))).toMatchObject({ inserted: 0, corrected: 0, rebased: null })
    expect(await sql`select 1 from rebases`).toHaveLength(1)
  })

  test('a dividend told late changes the adjustment, and marks the models that saw the session without it', async () => {
    const { servers, ingest, stored, sql, db } = await ingestBench(['tiingo'])
    await ingest(evening('2025-12-31'))
    const [before, exDate] = HISTORY.slice(-4, -2) as [Day, Day]
    await saveModel(db, modelRow('seen', '2025-12-30'))
    await saveModel(db, modelRow('unseen', HISTORY.at(-10)!.date))
    servers.tiingo!.answer = market('tiingo', changed(LONGER, 297, { dividend: 1 }))
    const result = await ingest(evening('2026-01-02'))
    expect(result).toMatchObject({ inserted: 2, corrected: 0, rebased: { session: exDate.date, models: 1 } })
    expect((await stored())[297]).toMatchObject({ ratio: (before.close! - 1) / before.close!, ratio_source: 'quoted' })
    expect(await sql`select id from models where rebased_at is not null`).toEqual([{ id: 'seen' }])
  })
})

describe('fail-over', () => {
  test('the next provider serves when the first cannot, and it is on record which one did', async () => {
    const { servers, ingest, stored, lines } = await ingestBench(['tiingo', 'yahoo'])
    await ingest(evening('2025-12-31'))
    servers.tiingo!.answer = says('', 500)
    servers.yahoo!.answer = market('yahoo', LONGER)
    expect(await ingest(evening('2026-01-02'))).toMatchObject({ inserted: 2, corrected: 0, served: 'yahoo' })
    expect((await stored()).slice(-3).map(({ provider }) => provider)).toEqual(['tiingo', 'yahoo', 'yahoo'])
    expect(lines.filter((line) => 'provider' in line)).toEqual([
      {
        ...{ ticker: 'TEST', provider: 'tiingo', message: 'provider failed' },
        reason: 'tiingo TEST: the server answered 500',
      },
    ])
  })

  test('the first provider takes its sessions back when it is there again', async () => {
    const { servers, ingest, stored, sql } = await ingestBench(['tiingo', 'yahoo'])
    await ingest(evening('2025-12-31'))
    servers.tiingo!.answer = says('', 500)
    servers.yahoo!.answer = market('yahoo', changed(LONGER, 300, { close: FIRST_NEW.close! + 0.01 }))
    await ingest(evening('2026-01-02'))
    servers.tiingo!.answer = market('tiingo', LONGER)
    expect(await ingest(evening('2026-01-02'))).toMatchObject({ inserted: 0, corrected: 1, served: 'tiingo' })
    expect((await stored()).every(({ provider }) => provider === 'tiingo')).toBe(true)
    expect(await sql`select session::text, provider from bar_revisions`).toEqual([
      { session: FIRST_NEW.date, provider: 'yahoo' },
    ])
  })

  test('a stand-in on another price basis is turned away', async () => {
    const { servers, ingest, stored } = await ingestBench(['tiingo', 'stooq'])
    await ingest(evening('2025-12-31'))
    servers.tiingo!.answer = says('', 500)
    servers.stooq!.answer = market(
      'stooq',
      LONGER.map((day) => ({ ...day, ...scaled(day, 0.97) })),
    )
    await expect(ingest(evening('2026-01-02'))).rejects.toThrow(
      /^TEST: no provider could deliver: tiingo TEST: the server answered 500; stooq TEST: cannot stand in, for its closes are 0\.9700 times/,
    )
    expect(await stored()).toHaveLength(300)
  })

  test('a stand-in that counts in lots goes on in the unit that is stored', async () => {
    const { servers, ingest, stored } = await ingestBench(['tiingo', 'stooq'])
    await ingest(evening('2025-12-31'))
    servers.tiingo!.answer = says('', 500)
    servers.stooq!.answer = market(
      'stooq',
      LONGER.map((day) => ({ ...day, volume: day.volume! / 100 })),
    )
    await ingest(evening('2026-01-02'))
    expect((await stored()).at(-1)).toMatchObject({ volume: expect.closeTo(SECOND_NEW.volume!, 6), provider: 'stooq' })
  })

  test('a new ticker that nobody has leaves nothing behind', async () => {
    const { servers, ingest, sql } = await ingestBench(['tiingo', 'stooq'])
    servers.tiingo!.answer = says('{"detail":"Not found."}', 404)
    servers.stooq!.answer = says('No data')
    await expect(ingest(evening('2026-01-02'))).rejects.toThrow(
      /404 \(is the symbol right\?\): Not found\.; stooq TEST: no bars/,
    )
    expect(await sql`select 1 from tickers`).toEqual([])
  })
})

function scaled({ open, high, low, close }: Day, factor: number) {
  return { open: open! * factor, high: high! * factor, low: low! * factor, close: close! * factor }
}
