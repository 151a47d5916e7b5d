import { expect, test } from 'vitest'
import type { Bar } from '../../src/domain/bar.js'
import { UserError } from '../../src/domain/errors.js'
import { adjustBars } from '../../src/ingest/adjust.js'
import { createSampleProvider } from '../../src/ingest/sampleProvider.js'

const provider = createSampleProvider()
const now = new Date('2026-01-05T12:00:00Z')
const barsOf = async (symbol: string, at = now, seed = 1): Promise<readonly Bar[]> =>
  (await createSampleProvider({ seed }).fetchBars({ symbol, now: at })).bars

const logReturnsOf = async (symbol: string): Promise<number[]> => {
  const bars = adjustBars(await barsOf(symbol))
  return bars.slice(1).map((bar, i) => Math.log(bar.close / (bars[i]!.close * bar.ratio)))
}

const mean = (x: readonly number[]) => x.reduce((sum, value) => sum + value, 0) / x.length
const moment = (x: readonly number[], k: number) => mean(x.map((value) => (value - mean(x)) ** k))
const correlation = (x: readonly number[], y: readonly number[]) => {
  const [mx, my] = [mean(x), mean(y)]
  return mean(x.map((value, i) => (value - mx) * (y[i]! - my))) / Math.sqrt(moment(x, 2) * moment(y, 2))
}

test('it lists six shares that are plainly made up', async () => {
  const symbols = await provider.list()
  expect(symbols).toHaveLength(6)
  expect(symbols.every((symbol) => symbol.startsWith('SAMPLE-'))).toBe(true)
  expect(provider.isSample).toBe(true)
})

test('every weekday from 2019-01-02 is a session, up to the last one that has closed', async () => {
  const lastAt = async (time: string) => (await barsOf('SAMPLE-BIRCH', new Date(time))).at(-1)?.session
  expect((await barsOf('SAMPLE-BIRCH'))[0]!.session).toBe('2019-01-02')
  expect(await lastAt('2026-01-05T21:00:00Z')).toBe('2026-01-02')
  expect(await lastAt('2026-01-05T21:00:01Z')).toBe('2026-01-05')
  expect(await lastAt('2026-01-10T23:00:00Z')).toBe('2026-01-09')
  expect(await lastAt('2018-06-01T00:00:00Z')).toBeUndefined()
})

test('later days add bars and change none, to the bit', async () => {
  for (const symbol of await provider.list()) {
    const short = await barsOf(symbol, new Date('2023-03-03T12:00:00Z'))
    expect((await barsOf(symbol)).slice(0, short.length)).toEqual(short)
  }
})

test('the same seed gives the same market, another seed another', async () => {
  expect(await barsOf('SAMPLE-DUNE')).toEqual(await barsOf('SAMPLE-DUNE'))
  expect(await barsOf('SAMPLE-DUNE', now, 2)).not.toEqual(await barsOf('SAMPLE-DUNE'))
})

test('bars are consistent, in cents, with whole volumes', async () => {
  for (const symbol of await provider.list())
    for (const bar of await barsOf(symbol)) {
      expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close))
      expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close))
      for (const price of [bar.open, bar.high, bar.low, bar.close]) expect(Math.round(price * 100) / 100).toBe(price)
      expect(Number.isInteger(bar.volume) && bar.volume > 0).toBe(true)
    }
})

test('returns have fat tails, clustered volatility and leverage', async () => {
  const returns = await Promise.all((await provider.list()).map(logReturnsOf))
  const kurtosis = mean(returns.map((r) => moment(r, 4) / moment(r, 2) ** 2))
  const clustering = mean(returns.map((r) => correlation(r.slice(1).map(Math.abs), r.slice(0, -1).map(Math.abs))))
  const leverage = mean(returns.map((r) => correlation(r.slice(1).map(Math.abs), r.slice(0, -1))))
  console.log({ kurtosis, clustering, leverage })
  expect(kurtosis).toBeGreaterThan(4)
  expect(clustering).toBeGreaterThan(0.1)
  expect(leverage).toBeLessThan(0)
})

test('shares move together: correlations between 0.3 and 0.7', async () => {
  const returns = await Promise.all((await provider.list()).map(logReturnsOf))
  const pairs = returns.flatMap((x, i) => returns.slice(i + 1).map((y) => correlation(x, y)))
  console.log({ lowest: Math.min(...pairs), highest: Math.max(...pairs) })
  expect(Math.min(...pairs)).toBeGreaterThan(0.3)
  expect(Math.max(...pairs)).toBeLessThan(0.7)
})

test('range and volume tell of the session’s volatility', async () => {
  const bars = adjustBars(await barsOf('SAMPLE-EMBER')).slice(1)
  const absolute = (await logReturnsOf('SAMPLE-EMBER')).map(Math.abs)
  const logRange = bars.map((bar) => Math.log(Math.log(bar.high / bar.low)))
  expect(correlation(logRange, absolute)).toBeGreaterThan(0.5)
  expect(
    correlation(
      logRange,
      bars.map((bar) => Math.log(bar.volume)),
    ),
  ).toBeGreaterThan(0.3)
})

test('one share has an unmarked 2:1 split, which adjustment finds', async () => {
  const splits = await Promise.all(
    (await provider.list()).map(async (symbol) => adjustBars(await barsOf(symbol)).filter((bar) => bar.ratio !== 1)),
  )
  expect(splits.flat().map((bar) => [bar.session, bar.ratio])).toEqual([['2022-06-06', 0.5]])
})

test('a share that is not in the market is refused with the list of those that are', async () => {
  await expect(provider.fetchBars({ symbol: 'AAPL', now })).rejects.toThrow(UserError)
  await expect(provider.fetchBars({ symbol: 'AAPL', now })).rejects.toThrow(/no 'AAPL'; it has SAMPLE-ASTER/)
})
