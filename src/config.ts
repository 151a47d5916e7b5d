import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { configSchema } from './config/configSchema.js'
import { UserError } from './domain/errors.js'
import type { SeriesSource } from './domain/series.js'

export type Config = z.infer<typeof configSchema>

/** Environment variables, each with the key that it sets. They win over the file. */
const ENVIRONMENT: Readonly<Record<string, readonly [string, ...string[]]>> = {
  DATABASE_URL: ['databaseUrl'],
  MAMBACAST_HOST: ['server', 'host'],
  MAMBACAST_PORT: ['server', 'port'],
  MAMBACAST_DATA_DIR: ['dataDir'],
  MAMBACAST_LOG_LEVEL: ['log', 'level'],
  MAMBACAST_BACKEND: ['model', 'backend'],
  MAMBACAST_PING_URL: ['alarm', 'pingUrl'],
  MAMBACAST_ALERT_KEY: ['alerts', 'key'],
  STOOQ_API_KEY: ['providers', 'stooq', 'apiKey'],
  TUSHARE_TOKEN: ['providers', 'tushare', 'token'],
  TIINGO_API_KEY: ['providers', 'tiingo', 'apiKey'],
  ALPHAVANTAGE_API_KEY: ['providers', 'alphavantage', 'apiKey'],
}

const SECRET_KEY = /(^databaseUrl|^alerts\.key|\.(apiKey|token|pingUrl))$/

/** Whether a dotted key holds what may not be shown. */
export const isSecretKey = (key: string): boolean => SECRET_KEY.test(key)

export const DEFAULT_CONFIG_FILE = 'mambacast.config.json'

/** JSON Schema (draft 2020-12) of the configuration file. */
export const configJsonSchema = (): object => ({
  title: 'mambacast configuration',
  ...z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' }),
})

/**
 * Reads the configuration: defaults, then the file, then the environment.
 *
 * @param file Path of the file; without one, `mambacast.config.json` is read where it exists.
 * @throws UserError (exit code 2) naming each bad key, its value and what is allowed.
 */
export function loadConfig(environment: NodeJS.ProcessEnv, file = environment.MAMBACAST_CONFIG): Config {
  const path = resolve(file ?? DEFAULT_CONFIG_FILE)
  const raw = readConfigFile(path, file !== undefined)
  const origin = applyEnvironment(raw, environment)
  const parsed = configSchema.safeParse(raw)
  if (!parsed.success) throw new UserError(explain(parsed.error, raw, path, origin), { exitCode: 2 })
  const { dataDir, tickers, series, ...rest } = parsed.data
  const base = dirname(path)
  const located = (location: string) => (/^https?:/i.test(location) ? location : resolve(base, location))
  return {
    ...rest,
    dataDir: resolve(origin.has('dataDir') ? '.' : base, dataDir),
    tickers: tickers.map((ticker) => (ticker.location ? { ...ticker, location: located(ticker.location) } : ticker)),
    series: series.map((one) => ({ ...one, source: locatedSource(one.source, located) })),
  }
}

/** A source whose file is named from the configuration's folder. */
function locatedSource(source: SeriesSource, located: (location: string) => string): SeriesSource {
  if ('csv' in source) return { ...source, csv: located(source.csv) }
  return 'json' in source ? { ...source, json: located(source.json) } : source
}

/** Where the value of a dotted key comes from: a variable, or the file, as `loadConfig` reads them; undefined for a default. */
export function configSources(
  environment: NodeJS.ProcessEnv,
  file = environment.MAMBACAST_CONFIG,
): (key: string) => string | undefined {
  const path = resolve(file ?? DEFAULT_CONFIG_FILE)
  const raw = readConfigFile(path, file !== undefined)
  const origin = applyEnvironment(structuredClone(raw), environment)
  const isInFile = (key: string) =>
    key.split('.').reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], raw) !==
    undefined
  return (key) => origin.get(key) ?? (isInFile(key) ? path : undefined)
}

function readConfigFile(path: string, required: boolean): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (!required && (cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new UserError(`cannot read the configuration file ${path}: ${(cause as Error).message}`, {
      exitCode: 2,
      cause,
    })
  }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (cause) {
    throw new UserError(`${path} is not valid JSON: ${(cause as Error).message}`, { exitCode: 2, cause })
  }
  throw new UserError(`${path}: expected a JSON object at the top`, { exitCode: 2 })
}

/** Writes the environment's values into `raw`; returns which dotted keys came from which variable. */
function applyEnvironment(raw: Record<string, unknown>, environment: NodeJS.ProcessEnv): Map<string, string> {
  const origin = new Map<string, string>()
  for (const [variable, keys] of Object.entries(ENVIRONMENT)) {
    const value = environment[variable]
    if (value === undefined || value === '') continue
    let target = raw
    for (const key of keys.slice(0, -1)) {
      const inner = target[key]
      target[key] = typeof inner === 'object' && inner !== null ? inner : {}
      target = target[key] as Record<string, unknown>
    }
    target[keys.at(-1)!] = value
    origin.set(keys.join('.'), variable)
  }
  return origin
}

function explain(error: z.ZodError, raw: unknown, path: string, origin: Map<string, string>): string {
  return error.issues
    .map((issue) => {
      const key = issue.path.join('.')
      const place = origin.get(key) ?? `${path}: ${key || 'top level'}`
      if (issue.code === 'unrecognized_keys')
        return `${place}: unknown key ${issue.keys.map((k) => `"${k}"`).join(', ')}`
      const value = issue.path.reduce<unknown>(
        (inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step],
        raw,
      )
      const shown = SECRET_KEY.test(key) ? '(hidden)' : JSON.stringify(value)
      return `${place} = ${shown}: ${issue.message.replace(/^(Invalid \w+|Too (big|small)): /, '')}`
    })
    .join('\n')
}

/** The configuration as it may be printed: no password in it. */
export function printableConfig(config: Config): Config {
  const hide = (url: string) => url.replace(/(\/\/[^:@/]*):[^@/]*@/, '$1:***@')
  return {
    ...config,
    ...(config.databaseUrl && { databaseUrl: hide(config.databaseUrl) }),
    alarm: { ...config.alarm, ...(config.alarm.pingUrl && { pingUrl: '***' }) },
    providers: JSON.parse(
      JSON.stringify(config.providers, (name, value) => (name === 'apiKey' || name === 'token' ? '***' : value)),
    ),
    alerts: { ...config.alerts, ...(config.alerts.key !== undefined && { key: '***' }) },
    tickers: config.tickers.map((t) => (t.location ? { ...t, location: hide(t.location) } : t)),
    series: config.series.map((one) => ({ ...one, source: locatedSource(one.source, hide) })),
  }
}
