import type { ProviderSettings } from '../../src/ingest/providers.js'
import type { Asked } from './localServer.js'

/** One session as a test wants it; a price or volume of null is a hole in the answer. */
export interface Day {
  readonly date: string
  readonly open: number | null
  readonly high: number | null
  readonly low: number | null
  readonly close: number | null
  readonly volume: number | null
  readonly split?: number
  readonly dividend?: number
}

/** How a provider talks, from its documentation. */
export interface ProviderFormat {
  readonly name: string
  /** Where its format is described. */
  readonly sources: readonly string[]
  readonly key: string
  readonly settings: (baseUrl: string) => ProviderSettings
  /** Body of a good answer. */
  readonly body: (days: readonly Day[], asked: Asked) => string
  /** Body and status of the answer for a symbol it does not have. */
  readonly unknown: readonly [body: string, status: number]
  /** Body of a request that it does not allow. */
  readonly denied: string
}

const weekday = (date: string) => ![0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay())

/** `count` weekdays up to `last`, of a price that moves a little. */
export function days(count: number, last = '2026-01-02'): Day[] {
  const dates: string[] = []
  for (const day = new Date(`${last}T00:00:00Z`); dates.length < count; day.setUTCDate(day.getUTCDate() - 1)) {
    const date = day.toISOString().slice(0, 10)
    if (weekday(date)) dates.unshift(date)
  }
  return dates.map((date, i) => {
    const close = Math.round(100 * (100 + 5 * Math.sin(i / 7) + 3 * Math.sin(i * 1.7))) / 100
    const open = Math.round(100 * (close + Math.sin(i * 2.3))) / 100
    const [high, low] = [Math.max(open, close) + 0.5, Math.min(open, close) - 0.5]
    const cents = (price: number) => Math.round(100 * price) / 100
    return { date, open, high: cents(high), low: cents(low), close, volume: 100_000 + 1000 * (i % 17) }
  })
}

/** 09:30 in New York, in winter: an hour off in summer changes no date. */
const openS = (date: string) => Date.parse(`${date}T14:30:00Z`) / 1000

function yahooBody(all: readonly Day[]): string {
  const shares = (date: string) => all.reduce((n, day) => (day.split && day.date > date ? n * day.split : n), 1)
  const price = (day: Day, value: number | null) => value && Math.fround(value / shares(day.date))
  const column = (field: 'open' | 'high' | 'low' | 'close') => all.map((day) => price(day, day[field]))
  const event = (day: Day, more: object) => [String(openS(day.date)), { date: openS(day.date), ...more }]
  const result = {
    meta: {
      ...{ currency: 'USD', symbol: 'TEST', exchangeName: 'NYQ', instrumentType: 'EQUITY', gmtoffset: -18_000 },
      ...{ timezone: 'EST', exchangeTimezoneName: 'America/New_York', priceHint: 2, dataGranularity: '1d' },
    },
    timestamp: all.map(({ date }) => openS(date)),
    events: {
      dividends: Object.fromEntries(
        all.filter((day) => day.dividend).map((day) => event(day, { amount: day.dividend! / shares(day.date) })),
      ),
      splits: Object.fromEntries(
        all
          .filter((day) => day.split)
          .map((day) => event(day, { numerator: day.split, denominator: 1, splitRatio: `${day.split}:1` })),
      ),
    },
    indicators: {
      quote: [
        {
          ...{ open: column('open'), high: column('high'), low: column('low'), close: column('close') },
          volume: all.map((day) => day.volume && day.volume * shares(day.date)),
        },
      ],
      adjclose: [{ adjclose: column('close') }],
    },
  }
  return JSON.stringify({ chart: { result: [result], error: null } })
}

const stooqBody = (all: readonly Day[]): string =>
  ['Date,Open,High,Low,Close,Volume', ...all.map((d) => [d.date, d.open, d.high, d.low, d.close, d.volume].join(','))]
    .map((line) => `${line}\r\n`)
    .join('')

const tiingoBody = (all: readonly Day[]): string =>
  JSON.stringify(
    all.map(({ date, split, dividend, ...day }) => ({
      date: `${date}T00:00:00.000Z`,
      ...day,
      ...{ adjClose: day.close, adjHigh: day.high, adjLow: day.low, adjOpen: day.open, adjVolume: day.volume },
      ...{ divCash: dividend ?? 0, splitFactor: split ?? 1 },
    })),
  )

const alphaVantageBody = (all: readonly Day[]): string => {
  const text = (value: number | null) => (value === null ? '' : value.toFixed(4))
  const rows = all.toReversed().map((d) => {
    const prices = {
      '1. open': text(d.open),
      '2. high': text(d.high),
      '3. low': text(d.low),
      '4. close': text(d.close),
    }
    const row = {
      ...prices,
      ...{ '5. adjusted close': text(d.close), '6. volume': String(d.volume ?? '') },
      ...{ '7. dividend amount': text(d.dividend ?? 0), '8. split coefficient': (d.split ?? 1).toFixed(1) },
    }
    return `${JSON.stringify(d.date)}:${JSON.stringify(row)}`
  })
  const meta = { '1. Information': 'Daily Time Series with Splits and Dividend Events', '2. Symbol': 'TEST' }
  return `{"Meta Data":${JSON.stringify(meta)},"Time Series (Daily)":{${rows.join(',')}}}`
}

const compact = (date: string) => date.replaceAll('-', '')

function tushareBody(all: readonly Day[], { body }: Asked): string {
  const { api_name, params, fields } = JSON.parse(body)
  const columns: string[] = fields.split(',')
  let factor = 1
  const rows = all.map((day, i) => {
    const before = all[i - 1]?.close ?? day.open
    const previousClose = before === null ? null : before / (day.split ?? 1) - (day.dividend ?? 0)
    if (before && previousClose) factor *= before / previousClose
    return {
      ...{ ts_code: params.ts_code, trade_date: compact(day.date), vol: day.volume, amount: 1000, ...day },
      ...{ pre_close: previousClose, adj_factor: factor, pe: 6.5, turnover_rate: 0.4 },
    } as Record<string, unknown>
  })
  const wanted = rows.filter(({ trade_date }) => (trade_date as string) >= params.start_date).toReversed()
  const page = wanted.slice(params.offset, params.offset + params.limit)
  const data = {
    fields: columns,
    items: page.map((row) => columns.map((column) => row[column] ?? null)),
    has_more: params.offset + params.limit < wanted.length,
  }
  return JSON.stringify({ request_id: 'x', code: 0, msg: '', data: api_name ? data : null })
}

export const FORMATS: readonly ProviderFormat[] = [
  {
    name: 'yahoo',
    // No documentation of its own: as read by these clients, and as users met its errors.
    sources: [
      'https://github.com/gadicc/yahoo-finance2/blob/main/src/modules/chart.ts',
      'https://github.com/ranaroussi/yfinance/pull/1657',
      'https://github.com/iprak/yahoofinance/issues/93',
    ],
    key: 'crumb-s3cret',
    settings: (url) => ({ yahoo: { baseUrls: [url], cookieUrl: `${url}/cookie` } }),
    body: yahooBody,
    unknown: [
      '{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found, symbol may be delisted"}}}',
      404,
    ],
    denied: '{"finance":{"result":null,"error":{"code":"Unauthorized","description":"Invalid Crumb crumb-s3cret"}}}',
  },
  {
    name: 'stooq',
    sources: [
      'https://raw.githubusercontent.com/api-evangelist/stooq/refs/heads/main/openapi/stooq-historical-data-api-openapi.yml',
      'https://github.com/AlbertRtk/albertrtk.github.io/blob/master/_posts/2020/2020-11-07-Downloading-stock-market-quotes-from-Stooq.md',
    ],
    key: 'stooq-s3cret',
    settings: (url) => ({ stooq: { baseUrl: url, apiKey: 'stooq-s3cret', requestsPerSecond: 1000 } }),
    body: stooqBody,
    unknown: ['No data', 200],
    denied: 'stooq-s3cret is not allowed',
  },
  {
    name: 'tushare',
    sources: [
      'https://tushare.pro/document/1?doc_id=130',
      'https://tushare.pro/document/2?doc_id=27',
      'https://tushare.pro/document/2?doc_id=28',
      'https://tushare.pro/document/2?doc_id=32',
    ],
    key: 'tushare-s3cret',
    settings: (url) => ({ tushare: { baseUrl: url, token: 'tushare-s3cret', requestsPerSecond: 1000 } }),
    body: tushareBody,
    unknown: ['{"request_id":"x","code":0,"msg":"","data":{"fields":["ts_code"],"items":[],"has_more":false}}', 200],
    denied: '{"code":2002,"msg":"您的token不对，请确认。tushare-s3cret"}',
  },
  {
    name: 'tiingo',
    sources: [
      'https://www.tiingo.com/documentation/end-of-day',
      'https://github.com/hydrosquall/tiingo-python/issues/45',
      'https://github.com/hydrosquall/tiingo-python/issues/1076',
    ],
    key: 'tiingo-s3cret',
    settings: (url) => ({ tiingo: { baseUrl: url, apiKey: 'tiingo-s3cret' } }),
    body: tiingoBody,
    unknown: ['{"detail":"Error: Ticker \'TEST\' not found"}', 404],
    denied: '{"detail":"Invalid token tiingo-s3cret."}',
  },
  {
    name: 'alphavantage',
    sources: [
      'https://www.alphavantage.co/documentation/#dailyadj',
      'https://github.com/finance-quote/finance-quote/pull/104',
      'https://github.com/RomelTorres/alpha_vantage/issues/289',
    ],
    key: 'alpha-s3cret',
    settings: (url) => ({
      alphavantage: { baseUrl: url, apiKey: 'alpha-s3cret', adjusted: true, requestsPerSecond: 1000 },
    }),
    body: alphaVantageBody,
    unknown: ['{"Error Message":"Invalid API call. Please retry or visit the documentation"}', 200],
    denied: '{"Information":"the key alpha-s3cret was not accepted"}',
  },
]
