import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import { seriesSchema } from '../config/configSchema.js'
import { activeSeries, endSeries, saveSeries, seriesExtents } from '../db/series.js'
import { UserError } from '../domain/errors.js'
import type { Series } from '../domain/series.js'
import { isUrl, refuseLiteralKey, withoutSecrets } from '../ingest/secretLocation.js'
import { ingestSeries } from '../scheduler/jobs/ingestSeries.js'
import { table } from './forecastView.js'
import { listOption } from './listOption.js'
import { registerSeries } from './registerSeries.js'
import { type GlobalOptions, type Session, withSession } from './session.js'

interface AddOptions extends GlobalOptions {
  readonly csv?: string
  readonly jsonFrom?: string
  readonly fromTicker?: string
  readonly fromGroup?: string
  readonly field?: string
  readonly rows?: string
  readonly date?: string
  readonly value?: string
  readonly knownAt?: string
  readonly timezone?: string
  readonly knownAtTime?: string
  readonly lagDays?: string
  readonly ticker: readonly string[]
}

/** Adds `series list | add | ingest | remove`. */
export function addSeriesCommand(program: Command): void {
  const series = program
    .command('series')
    .description('Daily series beside prices that forecasts look at: an index, a rate, a sentiment score.')
  const list = series.command('list').description('List them and what is stored.').option('--json', 'print JSON')
  list.action(() => listSeries(list.optsWithGlobals()))
  addAddCommand(series)
  const ingest = series.command('ingest [names...]').description('Read their sources now (default: all).')
  ingest.action((names: string[]) => ingestNamed(names, ingest.optsWithGlobals()))
  const remove = series.command('remove <names...>').description('Look at them no longer; their values stay.')
  remove.action((names: string[]) => removeSeries(names, remove.optsWithGlobals()))
}

function addAddCommand(series: Command): void {
  const add = series
    .command('add <name>')
    .description(
      'Read a series and look at it in every forecast from now on. One source: --csv, --json-from, --from-ticker or --from-group.',
    )
    .option('--csv <location>', 'a CSV file, or URL; {env:NAME} stands for a variable')
    .option('--json-from <location>', 'a JSON document behind a URL, or a file')
    .option('--from-ticker <symbol>', "another ticker's bars, known at its exchange's close")
    .option('--from-group <exchange>', 'the state of all tickers of an exchange, known at its close')
    .addOption(
      new Option(
        '--field <name>',
        'with --from-ticker: close, range or volume; with --from-group: range or return',
      ).choices(['close', 'range', 'volume', 'return']),
    )
    .option('--rows <pointer>', 'with --json-from: JSON pointer to the list of rows')
    .option('--date <name>', 'column, or JSON pointer within a row, of the day')
    .option('--value <name>', 'the same of the value')
    .option('--known-at <name>', 'the same of the moment of publication, where the source has it')
    .option('--timezone <zone>', 'IANA time zone of --known-at-time (default: UTC)')
    .option('--known-at-time <HH:MM>', 'local time on its day at which a value counts as known (default: 24:00)')
    .option('--lag-days <n>', 'days between the day of a value and the day it is known (default: 0)')
    .addOption(
      listOption(
        '-t, --ticker <symbols>',
        'only forecasts of these look at it; repeat it or separate by commas',
        'all',
      ),
    )
  add.action((name: string) => addSeries(name, add.optsWithGlobals()))
}

const addSeries = (name: string, options: AddOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async (session) => {
    const series = seriesOf(name, options)
    const ingested = await session.database.db.transaction(async (tx) => {
      await saveSeries(tx, series) // not kept when its source cannot be read
      return ingestSeries(tx, series, optionsOf(session))
    })
    process.stdout.write(`${name}  added, ${ingested.inserted} values\n`)
    report(name, ingested.refused)
  })

/** @throws UserError (exit code 2) naming the option that is wrong. */
function seriesOf(name: string, options: AddOptions): Series {
  const { csv, jsonFrom, fromTicker, fromGroup, field, rows, date, value, knownAt } = options
  const given = [csv, jsonFrom, fromTicker, fromGroup].filter((source) => source !== undefined)
  if (given.length !== 1)
    throw new UserError('name one source: --csv, --json-from, --from-ticker or --from-group', { exitCode: 2 })
  if (csv ?? jsonFrom) refuseLiteralKey('the location', given[0]!)
  const columns = { date, value, knownAt }
  const source =
    csv !== undefined
      ? { csv: located(csv), ...columns }
      : jsonFrom !== undefined
        ? { json: located(jsonFrom), rows, ...columns }
        : fromTicker !== undefined
          ? { ticker: fromTicker, field }
          : { group: fromGroup, field }
  const { timezone, knownAtTime, lagDays, ticker: tickers } = options
  const lag = lagDays === undefined ? undefined : Number(lagDays)
  const parsed = seriesSchema.safeParse(
    withoutUndefined({ name, source, timezone, knownAtTime, lagDays: lag, tickers }),
  )
  if (!parsed.success) throw new UserError(z.prettifyError(parsed.error), { exitCode: 2 })
  return parsed.data
}

const located = (location: string): string => (isUrl(location) ? location : resolve(location))

/** The same without keys that are undefined, so that their defaults hold. */
const withoutUndefined = (value: object): object => JSON.parse(JSON.stringify(value))

const listSeries = (options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async (session) => {
    await registerSeries(session)
    const [all, extents] = await Promise.all([activeSeries(session.database.db), seriesExtents(session.database.db)])
    const none = { values: 0, revisions: 0, first: null, last: null }
    const views = all.map((series) => ({ ...series, ...(extents.get(series.name) ?? none) }))
    if (options.json) process.stdout.write(`${JSON.stringify(views, null, 2)}\n`)
    else if (views.length === 0) process.stdout.write('no series yet: add one with mambacast series add\n')
    else {
      const lines = views.map((v) => [
        ...[v.name, String(v.values), String(v.revisions), v.first ?? '', v.last ?? '', knownText(v)],
        ...[v.tickers.join(',') || 'all', sourceText(v)],
      ])
      const header = ['series', 'values', 'revisions', 'from', 'to', 'known', 'tickers', 'source']
      process.stdout.write(`${table([header, ...lines]).join('\n')}\n`)
    }
  })

const knownText = ({ source, knownAtTime, timezone, lagDays }: Series): string =>
  'ticker' in source || 'group' in source
    ? 'at its close'
    : `${knownAtTime} ${timezone}${lagDays > 0 ? `, ${lagDays} days later` : ''}`

const sourceText = ({ source }: Series): string => {
  if ('ticker' in source) return `${source.field} of ${source.ticker}`
  if ('group' in source) return `${source.field} of ${source.group}`
  return withoutSecrets('csv' in source ? source.csv : source.json)
}

const ingestNamed = (names: readonly string[], options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async (session) => {
    await registerSeries(session)
    const all = await activeSeries(session.database.db)
    const unknown = names.find((name) => !all.some((series) => series.name === name))
    if (unknown) throw new UserError(`no such series: ${unknown}`, { exitCode: 2 })
    const errors: string[] = []
    for (const series of all.filter(({ name }) => names.length === 0 || names.includes(name))) {
      try {
        const { inserted, revised, refused } = await ingestSeries(session.database.db, series, optionsOf(session))
        process.stdout.write(`${series.name}  ${inserted} values added, ${revised} revised\n`)
        report(series.name, refused)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        errors.push(error.message)
      }
    }
    if (errors.length > 0) throw new UserError(errors.join('\n'))
  })

const removeSeries = (names: readonly string[], options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database, config }) => {
    for (const name of names) {
      if (config.series.some((series) => series.name === name))
        throw new UserError(`${name} is in the configuration: take it out there`, { exitCode: 2 })
      if (!(await endSeries(database.db, name))) throw new UserError(`no such series: ${name}`, { exitCode: 2 })
      process.stdout.write(`${name}  removed; its values stay\n`)
    }
  })

const optionsOf = ({ runContext, signal }: Session) => ({
  ...{ providers: runContext.providers, now: runContext.clock(), signal },
})

function report(name: string, refused: readonly { readonly line: number; readonly reason: string }[]): void {
  for (const { line, reason } of refused) process.stderr.write(`${name}: refused line ${line}: ${reason}\n`)
}
