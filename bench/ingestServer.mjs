// A server that answers as the Yahoo chart API does, started by bench/ingest.mjs as a process of its own.
// Fields: github.com/ranaroussi/yfinance, gadicc/yahoo-finance2. Every symbol has its own prices, dividends and a split.
import { createServer } from 'node:http'

const sessions = Number(process.argv[2])
const DAY_S = 86_400
/** 2026-01-02, 14:30 UTC: the open in New York. */
const LAST_OPEN_S = Date.parse('2026-01-02T14:30:00Z') / 1000

/** Weekdays, oldest first; the last is one session after the history that the first fetch sees. */
const opens = []
for (let at = LAST_OPEN_S; opens.length < sessions + 1; at -= DAY_S) {
  const weekday = new Date(at * 1000).getUTCDay()
  if (weekday !== 0 && weekday !== 6) opens.push(at)
}
opens.reverse()

/** A multiplicative congruential generator (Park and Miller): prices need only look like prices. */
function generator(seed) {
  let state = (seed % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const cents = (price) => Math.fround(Math.round(price * 100) / 100)

function chart(symbol, from, to) {
  const random = generator([...symbol].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1e9)
  const quote = { open: [], high: [], low: [], close: [], volume: [] }
  const adjclose = []
  const timestamp = []
  let close = 50 + 100 * random()
  for (const at of opens) {
    const open = close * (1 + 0.01 * (random() - 0.5))
    const next = Math.max(1, open * (1 + 0.04 * (random() - 0.5)))
    const high = Math.max(open, next) * (1 + 0.01 * random())
    const low = Math.min(open, next) * (1 - 0.01 * random())
    const volume = Math.round(1e6 * (0.5 + random()))
    close = next
    if (at < from || at > to) continue
    timestamp.push(at)
    quote.open.push(cents(open))
    quote.high.push(cents(high))
    quote.low.push(cents(low))
    quote.close.push(cents(next))
    quote.volume.push(volume)
    adjclose.push(cents(next))
  }
  const quarterly = opens.filter((at, i) => i > 0 && i % 63 === 0 && at >= from && at <= to)
  const dividends = Object.fromEntries(quarterly.map((date) => [date, { amount: 0.12, date }]))
  const split = opens[Math.floor(sessions / 2)]
  const splits =
    split >= from && split <= to ? { [split]: { date: split, numerator: 2, denominator: 1, splitRatio: '2:1' } } : {}
  const meta = {
    currency: 'USD',
    symbol,
    exchangeTimezoneName: 'America/New_York',
    gmtoffset: -18_000,
    dataGranularity: '1d',
  }
  const result = {
    meta,
    timestamp,
    events: { dividends, splits },
    indicators: { quote: [quote], adjclose: [{ adjclose }] },
  }
  return JSON.stringify({ chart: { result: [result], error: null } })
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  const symbol = decodeURIComponent(pathname.slice('/v8/finance/chart/'.length))
  response.setHeader('content-type', 'application/json')
  response.end(chart(symbol, Number(searchParams.get('period1')), Number(searchParams.get('period2'))))
})
server.listen(0, '127.0.0.1', () => process.send(server.address().port))
process.on('disconnect', () => process.exit())
