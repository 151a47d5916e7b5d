import { expect, test } from 'vitest'
import type { AdjustedBar } from '../../src/domain/bar.js'
import { groupSeries } from '../../src/features/groupSeries.js'
import { adjustBars } from '../../src/ingest/adjust.js'
import { createSampleProvider } from '../../src/ingest/sampleProvider.js'
import { closeOf } from '../../src/ingest/sessionClose.js'
import { tickerData, tickerInputs } from '../../src/scheduler/jobs/tickerData.js'

const SHANGHAI = { symbol: 'A.SH', exchange: 'XSHG', timezone: 'Asia/Shanghai' }
const NEW_YORK = { symbol: 'B', exchange: 'XNYS', timezone: 'America/New_York' }

async function market(): Promise<AdjustedBar[][]> {
  const provider = createSampleProvider()
  const symbols = (await provider.list()).slice(0, 2)
  const now = new Date('2022-06-01T00:00:00Z')
  return Promise.all(
    symbols.map(async (symbol) => adjustBars((await provider.fetchBars({ symbol, now })).bars.slice(-400))),
  )
}

const stateOf = (clock: typeof SHANGHAI, bars: readonly AdjustedBar[]) => ({
  name: 'state',
  points: groupSeries([bars], 'range').map((day) => ({
    ...day,
    knownAt: new Date(closeOf(day.date, { code: clock.exchange, timezone: clock.timezone })),
  })),
})

test('Shanghai sees of New York the session before, New York of Shanghai that of the same date', async () => {
  const [a, b] = (await market()) as [AdjustedBar[], AdjustedBar[]]
  const east = tickerInputs(SHANGHAI, a, [stateOf(NEW_YORK, b)]).exogenous[0]!
  const west = tickerInputs(NEW_YORK, b, [stateOf(SHANGHAI, a)]).exogenous[0]!
  for (const t of [200, 250, 399]) {
    const before = b.filter(({ session }) => session < a[t]!.session).at(-1)!.session
    expect(east.dates[t]).toBe(before)
    const same = a.filter(({ session }) => session <= b[t]!.session).at(-1)!.session
    expect(west.dates[t]).toBe(same)
  }
})

test('no feature and no hash of a session changes by one bit with what comes after its close', async () => {
  const [a, b] = (await market()) as [AdjustedBar[], AdjustedBar[]]
  const full = tickerData(tickerInputs(SHANGHAI, a, [stateOf(NEW_YORK, b)]))
  for (const t of [150, 263, 398]) {
    const close = closeOf(a[t]!.session, { code: 'XSHG', timezone: 'Asia/Shanghai' })
    const seen = b.filter(({ session }) => closeOf(session, { code: 'XNYS', timezone: 'America/New_York' }) <= close)
    const cut = tickerData(tickerInputs(SHANGHAI, a.slice(0, t + 1), [stateOf(NEW_YORK, seen)]))
    const F = cut.table.names.length
    expect(cut.table.names).toEqual(full.table.names)
    expect([...cut.table.values.slice(t * F)]).toEqual([...full.table.values.slice(t * F, (t + 1) * F)])
    expect(cut.hashes[t]).toBe(full.hashes[t])
  }
  const leaky = tickerData(
    tickerInputs(SHANGHAI, a, [{ ...stateOf(NEW_YORK, b), points: stateOf(SHANGHAI, b).points }]),
  )
  expect(leaky.hashes.at(-1)).not.toBe(full.hashes.at(-1))
})
