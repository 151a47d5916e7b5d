import { z } from 'zod'
import { isTimezone } from '../domain/ticker.js'

const port = z.coerce.number().int().min(0).max(65_535)
const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
const backend = z.enum(['auto', 'cpu', 'wasm', 'webgpu', 'tensorflow'])
const timezone = z.string().refine(isTimezone, 'expected an IANA time zone such as Asia/Shanghai')
const symbol = z.string().trim().min(1).max(64)

/** A list in which no two entries have the same name. */
const unique = <T extends z.ZodObject>(entry: T, name: keyof z.infer<T> & string) =>
  z.array(entry).superRefine((entries, context) => {
    const seen = new Set<unknown>()
    for (const [i, { [name]: given }] of entries.entries())
      if (seen.has(given)) context.addIssue({ code: 'custom', path: [i, name], message: 'it is there twice' })
      else seen.add(given)
  })

const key = z.string().min(1).optional()
const url = z.url({ protocol: /^https?$/ })
const atOnce = z.int().min(1).max(1_000).optional()
const perSecond = z.number().positive().optional().describe('Requests per second at most, where stricter than http.')

/** What is left out has its default in src/ingest. */
const providers = z.strictObject({
  http: z
    .strictObject({
      timeoutMs: z.int().min(1).optional().describe('One attempt, from the request to the last byte.'),
      attempts: z.int().min(1).max(20).optional().describe('Tries in all, the first one included.'),
      backoffMs: z.int().min(1).optional().describe('Scale of the random wait before the second try; it doubles.'),
      maxBackoffMs: z.int().min(1).optional(),
      longestPauseMs: z.int().min(0).optional().describe('A longer Retry-After is not waited for.'),
      requestsPerSecond: z.number().positive().optional().describe('To one host.'),
      concurrency: z.int().min(1).max(1_000).optional().describe('Requests under way to one host.'),
      maxResponseBytes: z.int().min(1).optional(),
      maxBytesPerDay: z.int().min(1).optional().describe('Over all hosts and one UTC day.'),
      breakAfter: z.int().min(1).optional().describe('Failures in a row after which a host is left alone.'),
      breakForMs: z.int().min(1).optional(),
    })
    .prefault({}),
  yahoo: z
    .strictObject({
      baseUrls: z.array(url).min(1).optional(),
      cookieUrl: url.optional(),
      requestsPerSecond: perSecond,
    })
    .prefault({}),
  stooq: z
    .strictObject({
      baseUrl: url.optional(),
      apiKey: key.describe('Better set as STOOQ_API_KEY.'),
      requestsPerSecond: perSecond,
    })
    .prefault({}),
  tushare: z
    .strictObject({
      baseUrl: url.optional(),
      token: key.describe('Better set as TUSHARE_TOKEN.'),
      pageSize: z.int().min(1).optional(),
      requestsPerSecond: perSecond,
    })
    .prefault({}),
  tiingo: z
    .strictObject({
      baseUrl: url.optional(),
      apiKey: key.describe('Better set as TIINGO_API_KEY.'),
      requestsPerSecond: perSecond,
    })
    .prefault({}),
  alphavantage: z
    .strictObject({
      baseUrl: url.optional(),
      apiKey: key.describe('Better set as ALPHAVANTAGE_API_KEY.'),
      adjusted: z.boolean().optional().describe('With splits and dividends: needs a paid key.'),
      requestsPerSecond: perSecond,
    })
    .prefault({}),
})

const pointer = z.string().regex(/^(\/.*)?$/, 'expected a JSON pointer such as /data/0/value')
const seriesName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,31}$/, 'expected up to 32 lower-case letters, digits and _, beginning with a letter')

const seriesSource = z.union([
  z.strictObject({
    csv: z.string().min(1).describe('A file, or a URL in which {env:NAME} stands for a variable.'),
    date: z.string().min(1).default('date').describe('Column of the day.'),
    value: z.string().min(1).default('value').describe('Column of the value.'),
    knownAt: z.string().min(1).optional().describe('Column of the moment of publication, ISO 8601 with an offset.'),
  }),
  z.strictObject({
    json: z.string().min(1).describe('A URL or file, as for csv.'),
    rows: pointer.default('').describe('JSON pointer to the list of rows.'),
    date: pointer.default('/date').describe('JSON pointer within a row.'),
    value: pointer.default('/value').describe('JSON pointer within a row.'),
    knownAt: pointer.optional().describe('JSON pointer within a row to the moment of publication.'),
  }),
  z.strictObject({
    ticker: symbol.describe("Another ticker's stored bars, known at its exchange's close."),
    field: z.enum(['close', 'range', 'volume']).default('close'),
  }),
  z.strictObject({
    group: z.string().min(1).describe('Exchange code: the state of all its tickers, known at its close.'),
    field: z.enum(['return', 'range']).default('range'),
  }),
])

/** A daily series beside prices that forecasts may look at. */
export const seriesSchema = z.strictObject({
  name: seriesName,
  source: seriesSource,
  timezone: timezone.default('UTC').describe('IANA time zone of knownAtTime.'),
  knownAtTime: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'expected HH:MM up to 24:00')
    .default('24:00')
    .describe(
      'Local time on its day at which a value counts as known where the source does not say; 24:00 is the end of the day.',
    ),
  lagDays: z.int().min(0).max(366).default(0).describe('Days between the day of a value and the day it is known.'),
  tickers: z.array(symbol).default([]).describe('Tickers whose forecasts look at it; all when there are none.'),
})

const tickerSchema = z.strictObject({
  symbol,
  provider: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .default('yahoo')
    .describe(
      'Where its bars come from: yahoo, stooq, tushare, tiingo, alphavantage, csv, sample; or a list of them, asked in turn.',
    ),
  location: z
    .string()
    .min(1)
    .optional()
    .describe('csv: a folder of SYMBOL.csv files, or a URL with {symbol} in it; {env:NAME} stands for a variable.'),
  exchange: z.string().min(1).optional().describe('Exchange code, where the symbol does not tell it.'),
  timezone: timezone.optional().describe('IANA time zone of that exchange.'),
})

const cidr = z.union([z.cidrv4(), z.cidrv6()], { error: 'expected a network such as 10.0.0.0/8' })

/** Where alerts may go, and how fast. */
const alerts = z.strictObject({
  key: z
    .string()
    .optional()
    .describe('base64 of 32 bytes that encrypts the secrets of endpoints. Set it as MAMBACAST_ALERT_KEY.'),
  publicUrl: url.optional().describe('Address of the dashboard in links; by default where it listens.'),
  allowHttp: z.boolean().default(false).describe('Also send over http, unencrypted.'),
  allowHosts: z
    .array(z.string().min(1))
    .default([])
    .describe('When there are any, alerts go to no other host: hooks.example.com, or *.example.com.'),
  allowNetworks: z
    .array(cidr)
    .default([])
    .describe('Networks that alerts may go to although they are not public, as 127.0.0.0/8 or 10.1.0.0/16.'),
  allowPorts: z.array(port).default([443, 8443]).describe('Ports that alerts may go to; none given means any.'),
  timeoutSeconds: z.number().positive().max(60).default(15).describe('How long an endpoint may take to answer.'),
  perSecond: z.number().positive().max(100_000).default(500).describe('Alerts a second at most, over all endpoints.'),
  perMinute: z
    .number()
    .positive()
    .optional()
    .describe("Alerts a minute at most to one endpoint, in place of its channel's own rate."),
})

/** Who may see and change what: docs/access.md. */
const access = z
  .strictObject({
    public: z.boolean().default(false).describe('Anybody may read without logging in; changes still need an operator.'),
    sessionHours: z.number().positive().max(8_760).default(168).describe('How long a login lasts.'),
    trustedProxies: z
      .array(cidr)
      .default([])
      .describe('Networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, as 10.0.0.0/8.'),
    userHeader: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/, 'expected the name of a header such as X-Forwarded-User')
      .optional()
      .describe('Header in which such a proxy names who has logged in there. Needs access.trustedProxies.'),
    operators: z
      .array(z.string().min(1))
      .default([])
      .describe('Those whom access.userHeader names who may change things; the others may read.'),
  })
  .refine(({ userHeader, trustedProxies }) => userHeader === undefined || trustedProxies.length > 0, {
    path: ['userHeader'],
    error: 'needs access.trustedProxies: anybody else could write that header too',
  })

/** What the configuration file and the environment may hold, with every default. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('Path of this JSON Schema, for editors.'),
  server: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1').describe('Address the dashboard listens on.'),
      port: port.default(3000).describe('Port of the dashboard; 0 picks a free one.'),
    })
    .prefault({}),
  access: access.prefault({}).describe('Who may see and change what.'),
  dataDir: z.string().min(1).default('./data').describe('Folder of the embedded database, relative to this file.'),
  databaseUrl: z
    .url({ protocol: /^postgres(ql)?$/, error: 'expected postgres://user:password@host:5432/database' })
    .optional()
    .describe('A PostgreSQL server to use instead of the embedded one. Better set as DATABASE_URL.'),
  log: z.strictObject({ level: logLevel.default('info') }).prefault({}),
  tickers: unique(tickerSchema, 'symbol')
    .default([])
    .describe('Tickers to forecast. With none, here or added by command, the sample market is shown.'),
  series: unique(seriesSchema, 'name')
    .default([])
    .describe(
      'Daily series beside prices that forecasts look at: an index, a rate, a volatility index, a sentiment score.',
    ),
  providers: providers.prefault({}).describe('How providers are asked, and their keys.'),
  schedules: z
    .record(
      z.string(),
      z.strictObject({
        cron: z.string().min(9).describe('When to run, in cron form: minute hour day month weekday.'),
        timezone: timezone.optional().describe("IANA time zone; by default the exchange's own."),
      }),
    )
    .default({})
    .describe('When to run, by exchange code; the defaults are an hour or more after the close.'),
  lateSessions: z
    .strictObject({
      afterMinutes: z
        .number()
        .positive()
        .max(1_440)
        .default(15)
        .describe('How long after the first ask the second comes; from then on the wait doubles.'),
      attempts: z.int().min(0).max(20).default(5).describe('Asks after the first.'),
    })
    .prefault({})
    .describe('Asking again for a session that a provider had not published at the moment of the schedule.'),
  forecast: z
    .strictObject({
      moveThresholdPct: z.number().positive().max(100).default(2).describe('What counts as a large move, in percent.'),
      backtestSessions: z
        .int()
        .min(0)
        .max(2_000)
        .default(250)
        .describe('Sessions on which a new ticker is scored at once.'),
      retrainEverySessions: z
        .int()
        .min(1)
        .default(5)
        .describe('Sessions between full trainings; fine-tuning in between.'),
      fineTuneEpochs: z.int().min(1).max(1_000).default(10),
      explain: z
        .boolean()
        .default(true)
        .describe('Whether what shaped each live forecast is worked out and stored beside it.'),
      maxRefusedPct: z
        .number()
        .min(0)
        .max(100)
        .default(1)
        .describe('Share of bad rows above which a source is not taken in.'),
    })
    .prefault({}),
  lifecycle: z
    .strictObject({
      trialSessions: z
        .int()
        .min(5)
        .max(500)
        .default(20)
        .describe('Settled sessions before a newly trained model may take over.'),
      marginPct: z
        .number()
        .positive()
        .max(50)
        .default(3)
        .describe('It takes over when a loss higher than that served by this much is ruled out, in percent.'),
      challengers: z.int().min(1).max(20).default(4).describe('Models on trial at once, for each ticker.'),
      keepWeightsDays: z
        .int()
        .min(0)
        .default(365)
        .describe('Weights of models older than this, that neither serve nor may, are removed; 0 keeps all.'),
    })
    .prefault({})
    .describe('When a newly trained model takes over, and how long old ones are kept.'),
  worker: z
    .strictObject({
      concurrency: z
        .strictObject({
          ingest: atOnce,
          train: atOnce,
          forecast: atOnce,
          backtest: atOnce,
          deliver: atOnce,
        })
        .prefault({})
        .describe('Jobs of a kind at once in one process, where not all that there is room for.'),
      graceSeconds: z
        .number()
        .min(0)
        .max(3_600)
        .default(20)
        .describe('How long jobs may take to end after SIGTERM before they are handed back to the queue.'),
      checkpointSeconds: z
        .number()
        .min(0)
        .max(3_600)
        .default(5)
        .describe('Seconds of training after which its state is kept again, to go on from when it is interrupted.'),
    })
    .prefault({}),
  alarm: z
    .strictObject({
      pingUrl: url
        .optional()
        .describe(
          'Told when a scheduled run begins and how it ends, as healthchecks.io takes it. Better set as MAMBACAST_PING_URL.',
        ),
      missedAfterMinutes: z
        .number()
        .positive()
        .default(120)
        .describe('How long after its moment a scheduled run counts as missed.'),
    })
    .prefault({}),
  alerts: alerts.prefault({}).describe('Where alerts may go, and how fast.'),
  model: z
    .strictObject({
      backend: backend.default('auto').describe('What computes: auto picks the fastest present.'),
      workers: z.int().min(0).max(256).default(0).describe('Trainings side by side; 0 means one per core.'),
      scope: z
        .enum(['per-ticker', 'panel'])
        .default('per-ticker')
        .describe(
          'A network for each ticker by itself, or each gone on from one over all tickers, trained once a month.',
        ),
      training: z
        .strictObject({
          dModel: z.int().min(1).max(1_024).optional(),
          nLayers: z.int().min(1).max(32).optional(),
          dState: z.int().min(1).max(256).optional(),
          learningRate: z.number().positive().max(1).optional(),
          weightDecay: z.number().min(0).max(1).optional(),
          maxEpochs: z.int().min(1).max(10_000).optional(),
          patience: z.int().min(1).optional(),
          validationShare: z.number().min(0.05).max(0.5).optional(),
          trainWindow: z.int().min(250).optional(),
          seed: z.int().min(0).optional(),
          ensemble: z
            .int()
            .min(1)
            .max(25)
            .optional()
            .describe('Networks from as many seeds whose quantiles are averaged.'),
        })
        .prefault({})
        .describe("Overrides of the model's defaults."),
    })
    .prefault({}),
})
