import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { AdjustedBar } from '../domain/bar.js'
import type { Explanation } from '../domain/explanation.js'
import type { Distribution } from '../domain/forecast.js'
import type { FeatureTable } from '../features/table.js'
import type { BackendPreference } from '../kernels/backend.js'
import { mayGainBySideBySide } from '../kernels/gpuHint.js'
import type { Checkpoint, Continuation, Train, TrainRequest } from './forecaster.js'
import { gentleStop } from './gentleStop.js'
import type { PanelRequest } from './panel/trainPanel.js'
import type { NextDayRequest, NextDayResult } from './peers/nextDayExperiment.js'
import type { PaperRequest, PaperResult } from './peers/paperExperiment.js'
import { trainForNextDay } from './peers/trainForNextDay.js'
import type { LastForecast, SequenceState } from './predictLast.js'
import { rowsFrom } from './rowsFrom.js'
import { gatherTrainings } from './sideBySide/gatherTrainings.js'
import { type Listeners, listenTo, onAbort, unwrap } from './taskReports.js'
import type { BaselineForecasts, Gains, Outcome, PredictLastTask, WorkerData } from './trainingWorker.js'

/** Training and forecasting in worker threads, so that the thread which asks stays free to serve. */
export interface TrainingPool {
  /**
   * As `Train`; progress arrives on the caller's thread, all of it before the promise settles. On a GPU those asked for
   * meanwhile are trained together, and no state of them is kept.
   */
  readonly train: Train
  /** How many trainings a GPU takes together; 0 where each takes a thread of its own. */
  readonly trainedTogether: () => Promise<number>
  readonly predict: (
    checkpoint: Checkpoint,
    table: FeatureTable,
    from: number,
    signal?: AbortSignal,
  ) => Promise<Distribution[]>
  /** The forecast as of the last row, from a state where this pool's backend can go on from it (predictLast.ts). */
  readonly predictLast: (
    checkpoint: Checkpoint,
    table: FeatureTable,
    before?: SequenceState,
    signal?: AbortSignal,
  ) => Promise<LastForecast>
  /** Explains the forecast as of the table's last row (explain/explain.ts). */
  readonly explain: (checkpoint: Checkpoint, table: FeatureTable, signal?: AbortSignal) => Promise<Explanation>
  /** Every baseline, fitted on the bars up to `trainRows` and forecasting from that bar on. */
  readonly forecastBaselines: (
    bars: readonly AdjustedBar[],
    trainRows: number,
    signal?: AbortSignal,
  ) => Promise<BaselineForecasts[]>
  /** Trains a model or a peer and forecasts with it, alone in its thread, with what both cost. */
  readonly nextDay: (request: NextDayRequest, signal?: AbortSignal) => Promise<NextDayResult>
  /** Trains one network over several tickers (panel/trainPanel.ts). */
  readonly trainPanel: (request: PanelRequest) => Promise<Checkpoint>
  /** The paper's experiment with one network. */
  readonly paper: (request: PaperRequest, signal?: AbortSignal) => Promise<PaperResult>
  /** Ends all threads; what still runs is rejected. */
  readonly close: () => Promise<void>
}

// Threads run JavaScript: the compiled worker also when this file itself runs as TypeScript (in tests).
const workerFile = fileURLToPath(new URL('../../dist/model/trainingWorker.js', import.meta.url))
const IDLE_TIMEOUT_MS = 60_000
/** Trainings that go to the GPU's thread together; their tables are copied there, a megabyte each. */
const TOGETHER = 128
/** How long a training may take to come to the end of an epoch before its thread is ended. */
const STOP_WITHIN_MS = 2_000

/**
 * A pool of at most `threads` worker threads, each with its own tfjs backend; they start when needed and end when idle.
 * An aborted signal ends the thread that works on the task, and the call is rejected with the signal's reason; a training
 * is let come to the end of its epoch first, so that its state is not lost.
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

  async function run<T>(name: string, task: object, signal?: AbortSignal, port?: MessagePort): Promise<Outcome<T>> {
    signal?.throwIfAborted()
    // One of its own for each task: many that wait their turn may have been given the same.
    const own = signal ? AbortSignal.any([signal]) : null
    try {
      return await pool.run(task, { name, transferList: port ? [port] : [], signal: own })
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  }

  /** As `run`, for tasks that report. @param stopWithinMs What such a task is given to stop by itself. */
  async function runReporting<T>(
    name: string,
    request: object,
    listeners: Listeners,
    signal?: AbortSignal,
    stopWithinMs = 0,
  ): Promise<T> {
    signal?.throwIfAborted()
    const { port1, port2 } = new MessageChannel()
    const reports = listenTo(port1, listeners)
    const stop = signal && stopWithinMs > 0 ? gentleStop(signal, port1, reports, stopWithinMs) : undefined
    try {
      const outcome = await run<T>(name, { request, port: port2 }, stop?.signal ?? signal, port2)
      await reports.ended
      return unwrap(outcome, signal)
    } finally {
      stop?.release()
      port1.close()
    }
  }

  const trainHere: Train = ({
    onEpoch,
    signal,
    continuation: { keep, ...continuation } = NO_CONTINUATION,
    ...request
  }) => runReporting<Checkpoint>('train', { ...request, continuation }, { onEpoch, keep }, signal, STOP_WITHIN_MS)

  async function trainMany(requests: readonly TrainRequest[]): Promise<PromiseSettledResult<Checkpoint>[]> {
    const { port1, port2 } = new MessageChannel()
    const reports = listenTo(port1, { onEpoch: (progress, index) => requests[index!]!.onEpoch?.(progress) })
    const stops = requests.map(({ signal }, index) => onAbort(signal, () => port1.postMessage(index)))
    try {
      const stripped = requests.map(({ onEpoch: _, signal: __, continuation: ___, ...request }) => request)
      const outcome = await run<Outcome<Checkpoint>[]>(
        'trainAll',
        { requests: stripped, port: port2 },
        undefined,
        port2,
      )
      await reports.ended
      const outcomes = unwrap(outcome)
      return await Promise.allSettled(requests.map(async ({ signal }, i) => unwrap(outcomes[i]!, signal)))
    } finally {
      for (const forget of stops) forget()
      port1.close()
    }
  }

  const trainTogether = gatherTrainings(trainMany, TOGETHER)
  let gains: Promise<boolean> | undefined
  /** Asked of a thread, where the answer is not plain. */
  async function isGpu(): Promise<boolean> {
    if (!mayGainBySideBySide(options.backend)) return false
    gains ??= askGains()
    return gains
  }

  async function askGains(): Promise<boolean> {
    const { name, engine, slow, sideBySide } = unwrap(await run<Gains>('gains', {}))
    if (slow) process.emitWarning(`${name} (${engine}) will be slow: ${slow}`)
    return sideBySide
  }

  async function predictLast(
    checkpoint: Checkpoint,
    table: FeatureTable,
    before?: SequenceState,
    signal?: AbortSignal,
  ): Promise<LastForecast> {
    const ask = async (task: PredictLastTask) =>
      unwrap(await run<LastForecast | undefined>('predictLast', task, signal))
    const streamed = before && (await ask({ checkpoint, table: rowsFrom(table, before.rows), before }))
    return streamed ?? (await ask({ checkpoint, table }))!
  }

  return {
    train: async (request) => ((await isGpu()) ? trainTogether(request) : trainHere(request)),
    trainedTogether: async () => ((await isGpu()) ? TOGETHER : 0),
    async nextDay(given, signal) {
      const together = given.model === 'mamba' && (await isGpu())
      const trained = together ? await trainForNextDay(trainTogether, given, signal) : undefined
      const { onEpoch, ...request } = given
      return runReporting('nextDay', { ...request, ...(trained && { trained }) }, { onEpoch }, signal)
    },
    trainPanel: ({ onEpoch, signal, ...request }) => runReporting('panel', request, { onEpoch }, signal),
    paper: ({ onEpoch, ...request }, signal) => runReporting('paper', request, { onEpoch }, signal),
    predictLast,
    predict: async (checkpoint, table, from, signal) =>
      unwrap(await run<Distribution[]>('predict', { checkpoint, table, from }, signal)),
    explain: async (checkpoint, table, signal) =>
      unwrap(await run<Explanation>('explain', { checkpoint, table }, signal)),
    forecastBaselines: async (bars, trainRows, signal) =>
      unwrap(await run<BaselineForecasts[]>('forecastBaselines', { bars, trainRows }, signal)),
    close: () => pool.destroy(),
  }
}

const NO_CONTINUATION: Continuation = { everySeconds: Number.POSITIVE_INFINITY, keep: () => {} }
