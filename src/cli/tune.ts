import { type Command, InvalidArgumentError } from 'commander'
import { applySetting, shownSearch } from '../db/tuning.js'
import { UserError } from '../domain/errors.js'
import type { Ticker } from '../domain/ticker.js'
import { bestOf, type ShownSearch, type TunedSetting, type TuningRequest } from '../domain/tuning.js'
import { defaultTrainingOptions } from '../model/defaults.js'
import { SPACE_VERSION } from '../model/tuning/searchSpace.js'
import { storedInputs } from '../scheduler/jobs/storedData.js'
import { openSearch } from '../scheduler/jobs/tuning/openSearch.js'
import { runSearch, type SearchProgress } from '../scheduler/jobs/tuning/runSearch.js'
import { trainingOptions } from '../scheduler/trainingOptions.js'
import { chooseTickers } from './chooseTickers.js'
import { tickerOption } from './listOption.js'
import { progressDisplay } from './progressDisplay.js'
import { type GlobalOptions, type Session, withSession } from './session.js'
import { progressLine, searchJson, searchText } from './tuneText.js'

interface TuneOptions extends GlobalOptions {
  readonly ticker: string[]
  readonly minutes: number
  readonly epochs: number
  readonly seed: number
  readonly apply?: boolean
  readonly unapply?: boolean
  readonly show?: boolean
}

const between =
  (low: number, high: number, isWhole: boolean) =>
  (value: string): number => {
    const number = Number(value)
    if (!(number >= low && number <= high) || (isWhole && !Number.isInteger(number)))
      throw new InvalidArgumentError(`expected a ${isWhole ? 'whole ' : ''}number from ${low} to ${high}`)
    return number
  }

/** Adds `tune`: the search for better training settings. */
export function addTuneCommand(program: Command): void {
  const command = program
    .command('tune')
    .summary('Search for better training settings on sessions before the last 300.')
    .description(
      'Search for better training settings by Hyperband: random settings, the better ones trained longer. It trains and scores on sessions before the last 300 only. Called again it goes on where it stopped.',
    )
    .addOption(tickerOption())
    .option('-m, --minutes <n>', 'stop after so many minutes', between(0.01, 10_000, false), 10)
    .option('--epochs <n>', 'most epochs of a training', between(1, 10_000, true), 270)
    .option('--seed <n>', 'draws of the settings', between(0, 2 ** 31 - 1, true), 1)
    .option('--apply', 'let later trainings use the best setting, where it is better than the default')
    .option('--unapply', 'let later trainings use the default again; no search')
    .option('--show', 'print the newest search; no search')
    .option('--json', 'print JSON')
  command.action(() => tune(command.optsWithGlobals()))
}

const tune = (options: TuneOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async (session) => {
    const { config, database, runContext } = session
    const { db } = database
    const tickers = await chooseTickers(db, config, { symbols: options.ticker })
    const symbols = tickers.map(({ symbol }) => symbol).sort()
    if (options.unapply) {
      await applySetting(db, symbols, null, runContext.clock())
      process.stdout.write(`${symbols.join(', ')}: later trainings use the default setting\n`)
      return
    }
    const by = options.show ? { ticker: symbols[0]! } : { id: await searchNow(session, options, tickers) }
    if (options.apply) await applyBest(session, await found(session, by))
    const shown = await found(session, by)
    process.stdout.write(options.json ? `${JSON.stringify(searchJson(shown), null, 2)}\n` : `${searchText(shown)}\n`)
  })

async function found({ database }: Session, by: Parameters<typeof shownSearch>[1]): Promise<ShownSearch> {
  const search = await shownSearch(database.db, by)
  if (search) return search
  const ticker = 'ticker' in by ? by.ticker : ''
  throw new UserError(`${ticker}: no search has been made yet: run mambacast tune --ticker ${ticker}`)
}

/** Opens the search and goes on with it until it is done or the time is up; returns its id. */
async function searchNow(session: Session, options: TuneOptions, chosen: readonly Ticker[]): Promise<string> {
  const { config, database, runContext, signal } = session
  const { db } = database
  const tickers = chosen.toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1))
  const { seed, epochs: maxEpochs, minutes } = options
  const base = { ...trainingOptions(config) }
  const symbols = tickers.map(({ symbol }) => symbol)
  const request: TuningRequest = { tickers: symbols, seed, maxEpochs, space: SPACE_VERSION, base }
  const inputs = await Promise.all(tickers.map((ticker) => storedInputs(db, ticker)))
  const search = await openSearch(db, request, inputs, runContext.clock())
  const display = progressDisplay()
  const isNews = newsWatch()
  const timeIsUp = AbortSignal.timeout(minutes * 60_000)
  const started = performance.now()
  try {
    if (search.isResumed) display.note(`${search.id}: goes on where it stopped`)
    await runSearch({
      ...{ db, pool: runContext.pool, clock: runContext.clock, concurrency: runContext.concurrency },
      ...{ search, seed, maxEpochs, standard: standardSetting() },
      optionsOf: (setting) => trainingOptions(config, setting),
      signal: AbortSignal.any([signal, timeIsUp]),
      onProgress: (progress) => {
        if (process.stderr.isTTY || isNews(progress))
          display.note(progressLine(search.id, progress, minutes - (performance.now() - started) / 60_000))
      },
    })
  } finally {
    display.stop()
  }
  if (signal.aborted) throw new UserError(`${search.id}: stopped; call it again to go on`)
  return search.id
}

/** Where lines stay, as in a log, a line is worth printing when the best changes and at every tenth of the way. */
function newsWatch(): (progress: SearchProgress) => boolean {
  let last = ''
  return ({ done, total, best, standard }) => {
    const state = JSON.stringify([best, standard?.loss, Math.floor((10 * done) / total)])
    const isNews = state !== last
    last = state
    return isNews
  }
}

/** The product's default, in the terms of a search. */
function standardSetting(): TunedSetting {
  const { learningRate, weightDecay, dModel, nLayers, dState } = defaultTrainingOptions
  return { learningRate, weightDecay, dModel, nLayers, dState }
}

async function applyBest({ database, runContext }: Session, { id, request, candidates }: ShownSearch): Promise<void> {
  const { standard, best } = bestOf(candidates)
  if (!standard || !best || best.loss! >= standard.loss!)
    throw new UserError(`${id}: nothing is better than the default so far, which stays`)
  const setting = { ...best.setting, maxEpochs: best.epochs }
  const name = `${id}/${best.candidate}`
  await applySetting(database.db, request.tickers, { setting, name }, runContext.clock())
}
