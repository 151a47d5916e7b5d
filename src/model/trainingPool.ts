import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { AdjustedBar } from '../domain/bar.js'
import { UserError } from '../domain/errors.js'
import type { Distribution } from '../domain/forecast.js'
import type { FeatureTable } from '../features/table.js'
import type { BackendPreference } from '../kernels/backend.js'
import type { Checkpoint, EpochProgress, Train } from './forecaster.js'
import type { NextDayRequest, NextDayResult } from './peers/nextDayExperiment.js'
import type { PaperRequest, PaperResult } from './peers/paperExperiment.js'
import type { BaselineForecasts, Outcome, WorkerData } from './trainingWorker.js'

/** Training and forecasting in worker threads, so that the thread which asks stays free to serve. */
export interface TrainingPool {
  /** As `Train`; progress arrives on the caller's thread, all of it before the promise settles. */
  readonly train: Train
  readonly predict: (
    checkpoint: Checkpoint,
    table: FeatureTable,
    from: number,
    signal?: AbortSignal,
  ) => Promise<Distribution[]>
  /** Every baseline, fitted on the bars up to `trainRows` and forecasting from that bar on. */
  readonly forecastBaselines: (
    bars: readonly AdjustedBar[],
    trainRows: number,
    signal?: AbortSignal,
  ) => Promise<BaselineForecasts[]>
  /** Trains a model or a peer and forecasts with it, alone in its thread, with what both cost. */
  readonly nextDay: (request: NextDayRequest, signal?: AbortSignal) => Promise<NextDayResult>
  /** The paper's experiment with one network. */
  readonly paper: (request: PaperRequest, signal?: AbortSignal) => Promise<PaperResult>
  /** Ends all threads; what still runs is rejected. */
  readonly close: () => Promise<void>
}

// Threads run JavaScript: the compiled worker also when this file itself runs as TypeScript (in tests).
const workerFile = fileURLToPath(new URL('../../dist/model/trainingWorker.js', import.meta.url))
const IDLE_TIMEOUT_MS = 60_000

/**
 * A pool of at most `threads` worker threads, each with its own tfjs backend; they start when needed and end when idle.
 * An aborted signal ends the thread that works on the task, and the call is rejected with the signal's reason.
 */
export function createTrainingPool(options: { threads: number; backend: BackendPreference }): TrainingPool {
  const workerData: WorkerData = { backend: options.backend }
  const pool = new Piscina({
    filename: workerFile,
    maxThreads: options.threads,
    minThreads: 0,
    idleTimeout: IDLE_TIMEOUT_MS,
    workerData,
  })

  async function run<T>(name: string, task: object, signal?: AbortSignal, port?: MessagePort): Promise<T> {
    signal?.throwIfAborted()
    try {
      const transferList = port ? [port] : []
      return unwrap((await pool.run(task, { name, transferList, signal: signal ?? null })) as Outcome<T>)
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  }

  /** As `run`, for tasks that report epochs. */
  async function runWithProgress<T>(
    name: string,
    request: object,
    onEpoch: ((progress: EpochProgress) => void) | undefined,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const { port1, port2 } = new MessageChannel()
    const progress = forwardProgress(port1, onEpoch)
    try {
      const result = await run<T>(name, { request, port: port2 }, signal, port2)
      await progress
      return result
    } finally {
      port1.close()
    }
  }

  return {
    train: ({ onEpoch, signal, ...request }) => runWithProgress<Checkpoint>('train', request, onEpoch, signal),
    nextDay: ({ onEpoch, ...request }, signal) => runWithProgress('nextDay', request, onEpoch, signal),
    paper: ({ onEpoch, ...request }, signal) => runWithProgress('paper', request, onEpoch, signal),
    predict: (checkpoint, table, from, signal) => run('predict', { checkpoint, table, from }, signal),
    forecastBaselines: (bars, trainRows, signal) => run('forecastBaselines', { bars, trainRows }, signal),
    close: () => pool.destroy(),
  }
}

function unwrap<T>(outcome: Outcome<T>): T {
  if ('value' in outcome) return outcome.value
  const { message, exitCode } = outcome.userError
  throw new UserError(message, { exitCode })
}

/** Passes progress on until the worker says that there is no more. */
const forwardProgress = (port: MessagePort, onEpoch: ((progress: EpochProgress) => void) | undefined): Promise<void> =>
  new Promise((resolve) => {
    port.on('message', (message: EpochProgress | null) => (message ? onEpoch?.(message) : resolve()))
  })
