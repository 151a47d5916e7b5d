import type { MessagePort } from 'node:worker_threads'
import { workerData } from 'piscina'
import type { AdjustedBar } from '../domain/bar.js'
import { UserError } from '../domain/errors.js'
import type { Distribution } from '../domain/forecast.js'
import type { FeatureTable } from '../features/table.js'
import { type BackendPreference, selectBackend } from '../kernels/backend.js'
import { baselines } from './baselines/baselines.js'
import type { Checkpoint, EpochProgress, TrainRequest } from './forecaster.js'
import { type NextDayRequest, type NextDayResult, nextDayExperiment } from './peers/nextDayExperiment.js'
import { type PaperRequest, type PaperResult, paperExperiment } from './peers/paperExperiment.js'
import { predict as predictHere } from './predict.js'
import { train as trainHere } from './trainer.js'

/** What a worker thread is started with. */
export interface WorkerData {
  readonly backend: BackendPreference
}

export interface TrainTask {
  readonly request: Omit<TrainRequest, 'onEpoch' | 'signal'>
  /** Receives one `EpochProgress` per epoch, then null. */
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
  | { readonly userError: { readonly message: string; readonly exitCode: 1 | 2 } }

let backend: Promise<unknown> | undefined

/** Starts the backend once, at the first task: an error while a thread loads would end the process. */
async function startBackend(): Promise<void> {
  backend ??= selectBackend((workerData as WorkerData).backend)
  try {
    await backend
  } catch (error) {
    throw new UserError((error as Error).message, { cause: error })
  }
}

async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    await startBackend()
    return { value: await work() }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { userError: { message: error.message, exitCode: error.exitCode } }
  }
}

/** Trains one network in this thread. */
export const train = ({ request, port }: TrainTask): Promise<Outcome<Checkpoint>> =>
  withProgress(port, (onEpoch) => trainHere({ ...request, onEpoch }))

/** Trains a model or a peer and forecasts with it, with what both cost. */
export const nextDay = ({ request, port }: ExperimentTask<NextDayRequest>): Promise<Outcome<NextDayResult>> =>
  withProgress(port, (onEpoch) => nextDayExperiment({ ...request, onEpoch }))

/** The paper's experiment with one network. */
export const paper = ({ request, port }: ExperimentTask<PaperRequest>): Promise<Outcome<PaperResult>> =>
  withProgress(port, (onEpoch) => paperExperiment({ ...request, onEpoch }))

async function withProgress<T>(
  port: MessagePort,
  work: (onEpoch: (progress: EpochProgress) => void) => Promise<T>,
): Promise<Outcome<T>> {
  const outcome = await outcomeOf(() => work((progress) => port.postMessage(progress)))
  port.postMessage(null)
  return outcome
}

/** Forecasts with a trained network in this thread. */
export const predict = ({ checkpoint, table, from }: PredictTask): Promise<Outcome<Distribution[]>> =>
  outcomeOf(() => predictHere(checkpoint, table, from))

/** Fits every baseline on the bars whose returns the first `trainRows` rows know, and forecasts from there on. */
export const forecastBaselines = ({ bars, trainRows }: BaselinesTask): Promise<Outcome<BaselineForecasts[]>> =>
  outcomeOf(async () =>
    baselines.map((baseline) => ({
      name: baseline.name,
      version: baseline.version,
      distributions: baseline.fit(bars.slice(0, trainRows + 1)).forecast(bars, trainRows),
    })),
  )
