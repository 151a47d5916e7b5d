import { inject } from 'vitest'
import { connect, type Db } from '../../src/db/database.js'
import { bars, forecasts, models, outcomes, qualityReports, scores, tickers, verdicts } from '../../src/db/schema.js'
import { SCORE_WINDOWS } from '../../src/domain/score.js'
import { BASELINES, type ForecastRow, forecastsOf, LIVE_SESSIONS, type Listing, WARM_UP } from './marketForecasts.js'
import { figuresOf, type SimulatedDay, simulateDays, uniform, weekdaysUntil } from './marketSeries.js'
import { addRun } from './runStates.js'
import { cloneDatabase } from './testDatabase.js'

export const LAST_SESSION = '2025-06-13'
export const NEXT_SESSION = '2025-06-16'
export const SPLIT_SESSION = '2025-03-12'

const BARS = 330
/** Sessions back to which rolling figures are kept. */
const SCORED = 120

const listings: readonly Listing[] = [
  {
    symbol: 'ACME',
    isSample: false,
    seed: 11,
    levelPct: 1.6,
    startPrice: 182,
    lastSession: LAST_SESSION,
    modelNoise: 0.02,
    splitSession: SPLIT_SESSION,
  },
  {
    symbol: 'BOREAL',
    isSample: false,
    seed: 23,
    levelPct: 0.9,
    startPrice: 41,
    lastSession: '2025-05-30',
    modelNoise: 0.3,
  },
  {
    symbol: 'SAMPLE-A',
    isSample: true,
    seed: 5,
    levelPct: 1.1,
    startPrice: 100,
    lastSession: LAST_SESSION,
    modelNoise: 0.25,
  },
]

/** Fills an empty database with three tickers: one with skill and a split, one stale, one of sample data. */
export async function fillMarket(db: Db): Promise<void> {
  for (const listing of listings) await fillTicker(db, listing)
  await addRun(db, {
    trigger: 'schedule',
    status: 'done',
    progress: Object.fromEntries(listings.map(({ symbol }) => [symbol, { stage: 'done' as const, done: 1, total: 1 }])),
    startedAt: new Date('2025-06-13T21:58:00Z'),
    heartbeatAt: new Date('2025-06-13T21:59:12Z'),
    finishedAt: new Date('2025-06-13T21:59:12Z'),
  })
}

async function fillTicker(db: Db, listing: Listing): Promise<void> {
  const { symbol, isSample } = listing
  const provider = isSample ? 'sample' : 'csv'
  const [exchange, timezone] = isSample ? ['SAMPLE', 'UTC'] : ['XNYS', 'America/New_York']
  await db.insert(tickers).values({ symbol, provider, exchange, timezone, isSample })
  const days = simulateDays(listing.seed, weekdaysUntil(listing.lastSession, BARS), listing.levelPct)
  const closes = await fillBars(db, listing, days, provider)
  await fillModels(db, symbol, days)
  const rows = [...BASELINES, 'mamba'].flatMap((name) => forecastsOf(name, listing, days, closes))
  await insertInChunks(rows, (chunk) => db.insert(forecasts).values(chunk))
  await db.insert(outcomes).values(
    days.slice(WARM_UP + 1).map((day, i) => ({
      ticker: symbol,
      asOf: days[WARM_UP + i]!.session,
      session: day.session,
      returnPct: day.returnPct,
      close: closes[WARM_UP + 1 + i]!,
    })),
  )
  await fillScores(db, listing, rows, days)
  await db.insert(qualityReports).values({
    ticker: symbol,
    refused: symbol === 'ACME' ? [{ source: 'ACME.csv', line: 118, reason: 'close 0 is not a positive price' }] : [],
    splits: listing.splitSession ? [{ session: listing.splitSession, ratio: 0.5, source: 'detected' }] : [],
    reportedAt: new Date('2025-06-13T21:58:10Z'),
  })
}

async function fillBars(db: Db, listing: Listing, days: readonly SimulatedDay[], provider: string): Promise<number[]> {
  const spread = uniform(listing.seed + 1)
  let close = listing.startPrice
  const rows = days.map(({ session, returnPct, sigmaPct }) => {
    const ratio = session === listing.splitSession ? 0.5 : 1
    const open = close * ratio
    close = open * (1 + returnPct / 100)
    const wick = (open * sigmaPct * spread()) / 200
    return {
      ticker: listing.symbol,
      session,
      open,
      high: Math.max(open, close) + wick,
      low: Math.min(open, close) - wick,
      close,
      volume: Math.round(1e6 * (0.6 + spread())),
      ratio,
      ratioSource: ratio === 1 ? ('none' as const) : ('detected' as const),
      provider,
    }
  })
  await db.insert(bars).values(rows)
  return rows.map((row) => row.close)
}

async function fillModels(db: Db, symbol: string, days: readonly SimulatedDay[]): Promise<void> {
  const common = {
    ticker: symbol,
    forecaster: 'mamba',
    options: { head: 'quantile', dModel: 16, nLayers: 2, dState: 16, learningRate: 0.01, maxEpochs: 100, seed: 1 },
    trainStart: days[0]!.session,
    codeVersion: '0.1.0',
    backend: 'wasm',
    parameters: 6_937,
    weights: Buffer.from('weights'),
  }
  const split = days.length - LIVE_SESSIONS
  await db.insert(models).values([
    {
      ...common,
      id: `${symbol}-backtest-4f1c`,
      purpose: 'backtest',
      reason: 'first training: scored on the sessions after it',
      trainEnd: days[WARM_UP]!.session,
      trainRows: WARM_UP,
      dataHash: 'b7d0c1e2f3a4',
      epochs: 41,
      trainLoss: 0.291,
      validationLoss: 0.304,
      seconds: 11.4,
      createdAt: new Date('2025-04-11T21:58:00Z'),
    },
    {
      ...common,
      id: `${symbol}-live-9a27`,
      purpose: 'live',
      parent: `${symbol}-backtest-4f1c`,
      reason: '5 new sessions since the last training',
      trainEnd: days[split]!.session,
      trainRows: split,
      dataHash: 'c9e8d7f6a5b4',
      epochs: 27,
      trainLoss: 0.274,
      validationLoss: 0.287,
      seconds: 8.9,
      createdAt: new Date('2025-06-13T21:58:40Z'),
    },
  ])
}

async function fillScores(db: Db, listing: Listing, rows: readonly ForecastRow[], days: readonly SimulatedDay[]) {
  const returns = new Map(days.map((day, i) => [days[i - 1]?.session, day.returnPct]))
  const all: (typeof scores.$inferInsert)[] = []
  const names = [...BASELINES, 'mamba']
  for (const forecaster of names) {
    const settled = rows
      .filter((row) => row.forecaster === forecaster && row.dataHash.startsWith('hash-') && returns.has(row.asOf))
      .map((row) => ({ ...row, returnPct: returns.get(row.asOf)! }))
    for (const window of SCORE_WINDOWS)
      for (let end = Math.max(window, settled.length - SCORED); end <= settled.length; end += 1) {
        const figures = figuresOf(settled.slice(end - window, end))
        all.push({ ticker: listing.symbol, forecaster, window, asOf: settled[end - 1]!.asOf, figures })
      }
  }
  await insertInChunks(all, (chunk) => db.insert(scores).values(chunk))
  if (listing.symbol !== 'BOREAL') await fillVerdict(db, listing, all)
}

async function fillVerdict(db: Db, { symbol }: Listing, all: readonly (typeof scores.$inferInsert)[]): Promise<void> {
  const last = all.findLast((row) => row.forecaster === 'mamba' && row.window === 250)!
  const rivals = all.filter((row) => row.window === 250 && row.asOf === last.asOf && row.forecaster !== 'mamba')
  const strongest = rivals.reduce((best, row) => (row.figures.pinball < best.figures.pinball ? row : best))
  const skill = symbol === 'ACME'
  await db.insert(verdicts).values({
    ticker: symbol,
    forecaster: 'mamba',
    asOf: last.asOf,
    n: last.figures.n,
    distributionSkill: skill,
    meanSkill: false,
    strongestBaseline: strongest.forecaster,
    pinballSkill: Object.fromEntries(
      rivals.map((row) => [row.forecaster, 1 - last.figures.pinball / row.figures.pinball]),
    ),
    dmPValue: skill ? 0.012 : 0.41,
    cwPValue: 0.37,
    r2Oos: last.figures.r2_oos,
    sentence: skill
      ? `Its range beat the strongest baseline (${strongest.forecaster}) over ${last.figures.n} sessions; its direction has no demonstrated skill.`
      : `No demonstrated skill over ${last.figures.n} sessions: the range does not beat ${strongest.forecaster}.`,
  })
}

async function insertInChunks<T>(rows: readonly T[], insert: (chunk: T[]) => PromiseLike<unknown>): Promise<void> {
  for (let start = 0; start < rows.length; start += 2_000) await insert(rows.slice(start, start + 2_000))
}

/** Any fixed number: whoever fills the market holds this advisory lock. */
const FILLING_LOCK = 7_204_022

let filled: Promise<string> | undefined

/** A database of its own that holds this market; it is filled once per run of all tests and cloned from then on. */
export async function cloneMarket(): ReturnType<typeof cloneDatabase> {
  filled ??= filledMarket()
  return cloneDatabase(await filled)
}

/** URL of the filled market, which nobody changes; who asks first fills it, others wait for that. */
async function filledMarket(): Promise<string> {
  const { sql, close } = connect(new URL('/postgres', inject('templateUrl')).href, 1)
  await sql`select pg_advisory_lock(${FILLING_LOCK})`
  if ((await sql`select from pg_database where datname = 'market'`).length === 0) {
    const { url } = await cloneDatabase()
    const database = connect(url, 1)
    await fillMarket(database.db)
    await database.close()
    await sql`alter database ${sql(new URL(url).pathname.slice(1))} rename to market`
  }
  await close()
  return new URL('/market', inject('templateUrl')).href
}
