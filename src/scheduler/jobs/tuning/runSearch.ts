import pLimit from 'p-limit'
import type { Db } from '../../../db/database.js'
import { finishSearch, saveTrial, trialsOf } from '../../../db/tuning.js'
import { bestOf, type Candidate, candidatesOf, type Trial, type TunedSetting } from '../../../domain/tuning.js'
import type { TrainingOptions } from '../../../model/forecaster.js'
import type { TrainingPool } from '../../../model/trainingPool.js'
import { hyperband, survivors } from '../../../model/tuning/hyperband.js'
import { drawSetting } from '../../../model/tuning/searchSpace.js'
import type { OpenSearch } from './openSearch.js'
import { ewmaPinball, runTrial } from './runTrial.js'
import type { TuningData } from './tuningData.js'

/** Number of the bracket that holds the default setting alone. */
export const DEFAULT_BRACKET = -1

export interface SearchContext {
  readonly db: Db
  readonly pool: TrainingPool
  readonly search: OpenSearch
  readonly seed: number
  readonly maxEpochs: number
  /** The default, in the terms of the search. */
  readonly standard: TunedSetting
  readonly optionsOf: (setting: TunedSetting) => TrainingOptions
  /** Trainings at a time. */
  readonly concurrency: number
  readonly clock: () => Date
  /** Aborted when the time is up, or by the user: what is done stays. */
  readonly signal: AbortSignal
  readonly onProgress: (progress: SearchProgress) => void
}

export interface SearchProgress {
  readonly done: number
  /** Trials of the whole search. */
  readonly total: number
  readonly standard: Candidate | undefined
  readonly best: Candidate | undefined
}

type Place = Pick<Trial, 'bracket' | 'rung' | 'candidate' | 'setting' | 'epochs'>

/**
 * Hyperband from the trials that are stored to the end, or until the signal: the default first, then bracket by bracket,
 * the trials of a rung side by side. Every trial follows from the request alone, so that a search that was killed
 * makes the same ones as one left alone.
 *
 * @returns true when the search is done.
 */
export async function runSearch(context: SearchContext): Promise<boolean> {
  const { db, search, maxEpochs, clock, standard } = context
  const trials = await trialsOf(db, search.id)
  const run = rungRunner(context, trials, trialCount(maxEpochs, search.tickers.length))
  const place = { bracket: DEFAULT_BRACKET, rung: 0, candidate: 0, setting: standard, epochs: maxEpochs }
  const [compared, searched] = await Promise.all([run([place]), allBrackets(context, run)])
  if (!compared || !searched) return false
  await finishSearch(db, search.id, clock())
  return true
}

/** Makes the trials of a rung that are not stored yet; undefined when the signal ended it. */
type RunRung = (places: readonly Place[]) => Promise<Candidate[] | undefined>

async function allBrackets({ seed, maxEpochs }: SearchContext, run: RunRung): Promise<boolean> {
  let next = 1
  for (const { bracket, rungs } of hyperband(maxEpochs)) {
    let settings = Array.from({ length: rungs[0]!.settings }, () => {
      const candidate = next++
      return { candidate, setting: drawSetting(seed, candidate) }
    })
    for (const [rung, { epochs }] of rungs.entries()) {
      const ranked = await run(settings.map((one) => ({ ...one, bracket, rung, epochs })))
      if (!ranked) return false
      settings = survivors(ranked, rungs[rung + 1]?.settings ?? 0)
    }
  }
  return true
}

function trialCount(maxEpochs: number, tickers: number): number {
  const settings = hyperband(maxEpochs).flatMap(({ rungs }) => rungs.map((rung) => rung.settings))
  return tickers * (1 + settings.reduce((sum, count) => sum + count, 0))
}

function rungRunner(context: SearchContext, trials: Trial[], total: number): RunRung {
  const { db, pool, search, optionsOf, concurrency, clock, signal, onProgress } = context
  const tickers = search.tickers.length
  const limit = pLimit(concurrency)
  const references = new Map<string, Promise<number>>()
  const referenceOf = (ticker: TuningData): Promise<number> => {
    const found = references.get(ticker.cut.ticker) ?? ewmaPinball(pool, ticker, signal)
    references.set(ticker.cut.ticker, found)
    return found
  }
  const tell = () => onProgress({ done: trials.length, total, ...bestOf(candidatesOf(trials, tickers)) })

  async function one(place: Place, ticker: TuningData): Promise<void> {
    if (signal.aborted || trials.some((trial) => isAt(trial, place, ticker.cut.ticker))) return
    const options = { ...optionsOf(place.setting), maxEpochs: place.epochs }
    const outcome = await runTrial(pool, ticker, options, signal)
    const trial = { ...place, ticker: ticker.cut.ticker, ...outcome, ewmaPinball: await referenceOf(ticker) }
    await saveTrial(db, search.id, trial, clock())
    trials.push(trial)
    tell()
  }

  return async (places) => {
    tell()
    const work = places.flatMap((place) => search.tickers.map((ticker) => ({ place, ticker })))
    const results = await Promise.allSettled(work.map(({ place, ticker }) => limit(() => one(place, ticker))))
    const failed = results.find((result) => result.status === 'rejected')
    if (signal.aborted) return undefined
    if (failed) throw failed.reason
    const here = trials.filter((trial) => places.some((place) => isAt(trial, place)))
    return candidatesOf(here, tickers).sort((a, b) => a.candidate - b.candidate)
  }
}

const isAt = (trial: Trial, { bracket, rung, candidate }: Place, ticker = trial.ticker): boolean =>
  trial.bracket === bracket && trial.rung === rung && trial.candidate === candidate && trial.ticker === ticker
