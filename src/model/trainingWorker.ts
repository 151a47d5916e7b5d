import type { MessagePort } from 'node:worker_threads'
import { workerData } from 'piscina'
import type { AdjustedBar } from '../domain/bar.js'
import { UserError } from '../domain/errors.js'
import type { Explanation } from '../domain/explanation.js'
import type { Distribution } from '../domain/forecast.js'
import type { FeatureTable } from '../features/table.js'
import { type BackendChoice, type BackendPreference, gainsBySideBySide, selectBackend } from '../kernels/backend.js'
import { baselines } from './baselines/baselines.js'
import { explain as explainHere } from './explain/explain.js'
import type { Checkpoint, Continuation, EpochProgress, TrainingState, TrainRequest } from './forecaster.js'
import { type PanelRequest, trainPanel } from './panel/trainPanel.js'
import { type NextDayRequest, type NextDayResult, nextDayExperiment } from './peers/nextDayExperiment.js'
import { type PaperRequest, type PaperResult, paperExperiment } from './peers/paperExperiment.js'
import { predict as predictHere } from './predict.js'
import { type LastForecast, predictLast as predictLastHere, type SequenceState } from './predictLast.js'
import { trainAll as trainAllHere, train as trainHere } from './trainer.js'

/** What a worker thread is started with. */
export interface WorkerData {
  readonly backend: BackendPreference
}

/** What a task tells while it runs, of the training `index` where it has several; null when there is no more. */
export type Report =
  | { readonly progress: EpochProgress; readonly index?: number }
  | { readonly state: TrainingState }
  | null

export interface TrainTask {
  readonly request: Omit<TrainRequest, 'onEpoch' | 'signal' | 'continuation'> & {
    readonly continuation: Omit<Continuation, 'keep'>
  }
  /** Takes `Report`s; whatever comes back asks the training to end after its epoch. */
  readonly port: MessagePort
}

export interface TrainAllTask {
  readonly requests: readonly Omit<TrainRequest, 'onEpoch' | 'signal' | 'continuation'>[]
  /** Takes `Report`s; an index that comes back ends that training after its epoch. */
  readonly port: MessagePort
}

/** An experiment of the evaluation, with progress as in `TrainTask`. */
export interface ExperimentTask<Request> {
  readonly request: Omit<Request, 'onEpoch'>
  readonly port: MessagePort
}

export interface PredictTask {
  readonly checkpoint: Checkpoint
  readonly table: FeatureTable
  readonly from: number
}

export interface ExplainTask {
  readonly checkpoint: Checkpoint
  readonly table: FeatureTable
}

export interface BaselinesTask {
  readonly bars: readonly AdjustedBar[]
  readonly trainRows: number
}

/** What one baseline forecasts: one distribution per bar from `trainRows` on. */
export interface BaselineForecasts {
  readonly name: string
  readonly version: number
  readonly distributions: Distribution[]
}

/** Errors lose their class between threads, so one that is meant for the user travels as a value. */
export type Outcome<T> =
  | { readonly value: T }
  /** It ended because it was asked to. */
  | { readonly stopped: true }
  | { readonly userError: { readonly message: string; readonly exitCode: 1 | 2 } }

let backend: Promise<BackendChoice> | undefined

/** Starts the backend once, at the first task: an error while a thread loads would end the process. */
async function startBackend(): Promise<BackendChoice> {
  backend ??= selectBackend((workerData as WorkerData).backend)
  try {
    return await backend
  } catch (error) {
    throw new UserError((error as Error).message, { cause: error })
  }
}

async function outcomeOf<T>(work: () => Promise<T>, stop?: AbortSignal): Promise<Outcome<T>> {
  try {
    await startBackend()
    return { value: await work() }
  } catch (error) {
    return outcomeOfError(error, stop)
  }
}

/** @throws what is meant for nobody. */
function outcomeOfError(error: unknown, stop?: AbortSignal): Outcome<never> {
  if (stop?.aborted && error === stop.reason) return { stopped: true }
  if (!(error instanceof UserError)) throw error
  return { userError: { message: error.message, exitCode: error.exitCode } }
}

export type Gains = Pick<BackendChoice, 'name' | 'engine' | 'slow'> & { readonly sideBySide: boolean }

/** The backend of this thread, and whether it trains several networks at once faster than one by one. */
export const gains = (): Promise<Outcome<Gains>> =>
  outcomeOf(async () => ({ ...(await startBackend()), sideBySide: gainsBySideBySide() }))

/** Trains one network in this thread. */
export function train({ request, port }: TrainTask): Promise<Outcome<Checkpoint>> {
  const stop = new AbortController()
  port.once('message', () => stop.abort())
  const continuation: Continuation = { ...request.continuation, keep: (state) => tell(port, { state }) }
  const { signal } = stop
  return reporting(port, (onEpoch) => trainHere({ ...request, continuation, onEpoch, signal }), signal)
}

/** Trains a network for each request in this thread, at once where that is faster. */
export async function trainAll({ requests, port }: TrainAllTask): Promise<Outcome<Outcome<Checkpoint>[]>> {
  const stops = requests.map(() => new AbortController())
  port.on('message', (index: number) => stops[index]!.abort())
  const outcome = await outcomeOf(async () => {
    const results = await trainAllHere(
      requests.map((request, index) => ({
        ...request,
        signal: stops[index]!.signal,
        onEpoch: (progress) => tell(port, { progress, index }),
      })),
    )
    return results.map((result, i) =>
      result.status === 'fulfilled' ? { value: result.value } : outcomeOfError(result.reason, stops[i]!.signal),
    )
  })
  tell(port, null)
  return outcome
}

/** Trains a model or a peer and forecasts with it, with what both cost. */
export const nextDay = ({ request, port }: ExperimentTask<NextDayRequest>): Promise<Outcome<NextDayResult>> =>
  reporting(port, (onEpoch) => nextDayExperiment({ ...request, onEpoch }))

/** Trains one network over several tickers in this thread. */
export const panel = ({ request, port }: ExperimentTask<PanelRequest>): Promise<Outcome<Checkpoint>> =>
  reporting(port, (onEpoch) => trainPanel({ ...request, onEpoch }))

/** The paper's experiment with one network. */
export const paper = ({ request, port }: ExperimentTask<PaperRequest>): Promise<Outcome<PaperResult>> =>
  reporting(port, (onEpoch) => paperExperiment({ ...request, onEpoch }))

const tell = (port: MessagePort, report: Report): void => port.postMessage(report)

async function reporting<T>(
  port: MessagePort,
  work: (onEpoch: (progress: EpochProgress) => void) => Promise<T>,
  stop?: AbortSignal,
): Promise<Outcome<T>> {
  const outcome = await outcomeOf(() => work((progress) => tell(port, { progress })), stop)
  tell(port, null)
  return outcome
}

export interface PredictLastTask {
  readonly checkpoint: Checkpoint
  readonly table: FeatureTable
  readonly before?: SequenceState
}

/** Forecasts as of the last row in this thread. */
export const predictLast = ({
  checkpoint,
  table,
  before,
}: PredictLastTask): Promise<Outcome<LastForecast | undefined>> =>
  outcomeOf(() => predictLastHere(checkpoint, table, before))

/** Forecasts with a trained network in this thread. */
export const predict = ({ checkpoint, table, from }: PredictTask): Promise<Outcome<Distribution[]>> =>
  outcomeOf(() => predictHere(checkpoint, table, from))

/** Explains a forecast of a trained network in this thread. */
export const explain = ({ checkpoint, table }: ExplainTask): Promise<Outcome<Explanation>> =>
  outcomeOf(() => explainHere(checkpoint, table))

/** Fits every baseline on the bars whose returns the first `trainRows` rows know, and forecasts from there on. */
export const forecastBaselines = ({ bars, trainRows }: BaselinesTask): Promise<Outcome<BaselineForecasts[]>> =>
  outcomeOf(async () =>
    baselines.map((baseline) => ({
      name: baseline.name,
      version: baseline.version,
      distributions: baseline.fit(bars.slice(0, trainRows + 1)).forecast(bars, trainRows),
    })),
  )
