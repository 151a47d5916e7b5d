import { z } from 'zod'
import { SCORE_WINDOWS } from '../../domain/score.js'
import { STATES } from '../query.js'

const session = z.iso.date()
const moment = z.iso.datetime({ offset: true })
const probability = z.number().min(0).max(1)
const pct = z.number().describe('Percent of the previous adjusted close.')
const origin = z.enum(['live', 'backtest'])
const prices = z.array(z.number()).length(5).describe('2.5, 10, 50, 90 and 97.5 %, as display prices.')
const counted = z.number().int().min(0)

export const problemSchema = z
  .strictObject({ type: z.string(), title: z.string(), status: z.number().int(), detail: z.string().optional() })
  .meta({ id: 'Problem' })

export const tickerSchema = z
  .strictObject({
    symbol: z.string(),
    provider: z.string(),
    fallbacks: z.array(z.string()),
    exchange: z.string(),
    timezone: z.string(),
    isSample: z.boolean().describe('Made-up data.'),
    active: z.boolean().describe('False: no longer followed, its history stays.'),
    isPaused: z.boolean(),
    addedAt: moment,
  })
  .meta({ id: 'Ticker' })

export const shownForecastSchema = z
  .strictObject({
    asOf: session.describe('Last session that it may know.'),
    target: session,
    forecaster: z.string(),
    model: z.string(),
    origin,
    lastClose: z.number(),
    mean: pct,
    quantiles: z.array(z.number()).length(9).describe('2.5, 5, 10, 25, 50, 75, 90, 95 and 97.5 %, in percent.'),
    pUp: probability,
    pLargeMove: probability,
    moveThresholdPct: z.number(),
    expectedMove: pct.nullable().describe('Mean of |return|; this and the next two are null in old rows.'),
    shortfallLower: pct.nullable().describe('Mean of the worst 5 % of returns (expected shortfall).'),
    shortfallUpper: pct.nullable().describe('Mean of the best 5 %.'),
    madeAt: moment,
  })
  .meta({ id: 'Forecast' })

export const figuresSchema = z
  .strictObject({
    n: counted,
    mae: z.number(),
    rmse: z.number(),
    r2_oos: z.number(),
    hit_rate: probability.nullable(),
    pinball: z.number(),
    crps: z.number(),
    coverage_80: probability,
    coverage_95: probability,
    winkler_95: z.number(),
  })
  .meta({ id: 'Figures' })

export const verdictSchema = z
  .strictObject({
    ticker: z.string(),
    forecaster: z.string(),
    asOf: session,
    n: counted,
    distributionSkill: z.boolean(),
    meanSkill: z.boolean(),
    strongestBaseline: z.string(),
    pinballSkill: z.record(z.string(), z.number()),
    dmPValue: z.number().nullable(),
    cwPValue: z.number().nullable(),
    r2Oos: z.number(),
    sentence: z.string(),
  })
  .meta({ id: 'Verdict' })

const lastBar = z.strictObject({ session, close: z.number() }).nullable()

export const overviewSchema = z
  .strictObject({
    symbol: z.string(),
    exchange: z.string(),
    isSample: z.boolean(),
    state: z.enum(STATES),
    lastBar,
    forecast: shownForecastSchema.nullable(),
    last: z
      .strictObject({
        asOf: session,
        quantiles: z.array(z.number()).length(9),
        mean: pct,
        pLargeMove: probability,
        session,
        returnPct: pct,
      })
      .nullable()
      .describe('The forecast before, whose session is over, and what came of it.'),
    verdict: verdictSchema.nullable(),
    figures: z.record(z.string(), figuresSchema).describe('Over the last 60 settled sessions, by forecaster.'),
  })
  .meta({ id: 'OverviewEntry' })

export const tickerDetailSchema = z
  .strictObject({
    ticker: tickerSchema,
    state: overviewSchema.shape.state,
    forecasts: z.array(shownForecastSchema).describe('What each forecaster says of the next session.'),
    verdict: verdictSchema.nullable(),
    figures: z.array(
      z.strictObject({
        forecaster: z.string(),
        window: z.literal(SCORE_WINDOWS),
        asOf: session,
        figures: figuresSchema,
      }),
    ),
  })
  .meta({ id: 'TickerDetail' })

const column = z.array(z.number())

const drawn = {
  asOf: session,
  session: session.describe('The session that it spoke of.'),
  origin,
  prices,
  pct: z.array(z.number()).length(5),
  returnPct: z.number().nullable().describe('What happened; null while the session is not over.'),
}

export const historySchema = z
  .strictObject({
    symbol: z.string(),
    range: z.string(),
    bars: z.strictObject({
      session: z.array(session),
      ...{ open: column, high: column, low: column, close: column, volume: column },
    }),
    forecasts: z.array(z.strictObject(drawn)),
    next: z.strictObject({ ...drawn, lastClose: z.number(), fan: z.array(z.number()).length(9) }).nullable(),
  })
  .meta({ id: 'History' })

export const seriesSchema = z
  .strictObject({
    symbol: z.string(),
    window: z.literal(SCORE_WINDOWS),
    figure: z.string(),
    series: z.array(
      z.strictObject({ forecaster: z.string(), sessions: z.array(session), values: z.array(z.number().nullable()) }),
    ),
  })
  .meta({ id: 'RollingScores' })

export const barSchema = z
  .strictObject({
    session,
    open: z.number(),
    high: z.number(),
    low: z.number(),
    close: z.number(),
    adjustedClose: z.number().describe('Comparable with those of all other sessions.'),
    volume: z.number(),
    provider: z.string(),
  })
  .meta({ id: 'Bar' })

export const ledgerSchema = shownForecastSchema
  .extend({
    dataHash: z.string(),
    session: session.nullable().describe('The session that came; null while it has not.'),
    returnPct: z.number().nullable(),
  })
  .meta({ id: 'LedgerEntry' })

export const errorSchema = z
  .strictObject({
    asOf: session,
    session,
    forecaster: z.string(),
    origin,
    mean: pct,
    returnPct: pct,
    error: pct.describe('What happened less what was expected.'),
    inside80: z.boolean(),
    inside95: z.boolean(),
  })
  .meta({ id: 'ForecastError' })

export const qualitySchema = z
  .strictObject({
    report: z
      .strictObject({
        refused: z.array(z.strictObject({ source: z.string(), line: z.number().int(), reason: z.string() })),
        splits: z.array(z.strictObject({ session, ratio: z.number(), source: z.string() })),
        reportedAt: moment,
      })
      .nullable(),
    findings: z.array(z.strictObject({ session, kind: z.string(), value: z.number() })),
    sources: z.array(z.strictObject({ provider: z.string(), servedAt: moment, filledAt: moment.nullable() })),
  })
  .meta({ id: 'Quality' })

export const modelSchema = z
  .strictObject({
    id: z.string(),
    ticker: z.string(),
    forecaster: z.string(),
    purpose: origin,
    parent: z.string().nullable(),
    reason: z.string(),
    options: z.record(z.string(), z.unknown()),
    trainStart: session,
    trainEnd: session,
    trainRows: counted,
    dataHash: z.string(),
    codeVersion: z.string(),
    backend: z.string(),
    parameters: counted,
    epochs: counted,
    trainLoss: z.number(),
    validationLoss: z.number(),
    seconds: z.number(),
    createdAt: moment,
  })
  .meta({ id: 'Model' })

export const runSchema = z
  .strictObject({
    id: z.uuid(),
    trigger: z.string(),
    exchange: z.string().nullable(),
    isQueued: z.boolean(),
    status: z.enum(['running', 'done', 'failed', 'interrupted', 'cancelled']),
    error: z.string().nullable(),
    startedAt: moment,
    heartbeatAt: moment,
    finishedAt: moment.nullable(),
    cancelledAt: moment.nullable(),
    repeats: counted.describe('Later runs that found nothing new.'),
    lastRepeatAt: moment.nullable(),
  })
  .meta({ id: 'Run' })

export const runDetailSchema = runSchema
  .extend({
    progress: z.record(
      z.string(),
      z.strictObject({
        stage: z.enum(['waiting', 'ingest', 'settle', 'train', 'forecast', 'backtest', 'done', 'failed']),
        done: z.number(),
        total: z.number(),
        loss: z.number().optional(),
        secondsLeft: z.number().optional(),
        message: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'RunDetail' })

export const evaluationSchema = z
  .strictObject({
    ticker: z.string(),
    model: z.string(),
    seed: z.number().int(),
    experiment: z.string(),
    dataHash: z.string(),
    protocol: z.enum(['paper', 'next-day']),
    settings: z.record(z.string(), z.unknown()),
    codeVersion: z.string(),
    createdAt: moment,
  })
  .meta({ id: 'Evaluation' })

export const deliverySchema = z
  .strictObject({
    id: z.number().int(),
    alertId: z.string(),
    endpointId: z.uuid(),
    attempt: z.number().int(),
    at: moment,
    request: z.string().describe('Where to, secrets hidden.'),
    status: z.number().int().nullable(),
    outcome: z.enum(['delivered', 'failed', 'throttled', 'gone']),
    latencyMs: z.number(),
    answer: z.string(),
    title: z.string(),
    type: z.string(),
    alertStatus: z.enum(['pending', 'delivered', 'dead', 'merged']),
  })
  .meta({ id: 'Delivery' })
