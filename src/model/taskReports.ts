import type { MessagePort } from 'node:worker_threads'
import { UserError } from '../domain/errors.js'
import type { EpochProgress, TrainingState } from './forecaster.js'
import type { Outcome, Report } from './trainingWorker.js'

/**
 * What a task came to.
 * @throws UserError as the task did; the signal's reason where it was asked to stop.
 */
export function unwrap<T>(outcome: Outcome<T>, signal?: AbortSignal): T {
  if ('value' in outcome) return outcome.value
  if ('stopped' in outcome) throw signal?.reason
  const { message, exitCode } = outcome.userError
  throw new UserError(message, { exitCode })
}

/** Listens for an abort; returns what ends that. One that has come already is told at once. */
export function onAbort(signal: AbortSignal | undefined, tell: () => void): () => void {
  if (!signal) return () => {}
  if (signal.aborted) tell()
  const own = AbortSignal.any([signal]) // many tasks may have been given the same
  own.addEventListener('abort', tell, { once: true })
  return () => own.removeEventListener('abort', tell)
}

/** Hears what a task reports; `index` says of which training, where it has several. */
export interface Listeners {
  readonly onEpoch?: ((progress: EpochProgress, index?: number) => void) | undefined
  readonly keep?: (state: TrainingState) => void
}

/** Passes reports on; `ended` resolves when the task says that there are no more. */
export function listenTo(port: MessagePort, { onEpoch, keep }: Listeners): { hasBegun: boolean; ended: Promise<void> } {
  const reports = { hasBegun: false, ended: Promise.resolve() }
  reports.ended = new Promise((resolve) => {
    port.on('message', (report: Report) => {
      reports.hasBegun = true
      if (report === null) resolve()
      else if ('progress' in report) onEpoch?.(report.progress, report.index)
      else keep?.(report.state)
    })
  })
  return reports
}
