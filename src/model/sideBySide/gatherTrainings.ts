import { setImmediate } from 'node:timers/promises'
import type { Checkpoint, Train, TrainRequest } from '../forecaster.js'

/** Trains a network for each request; a signal that is aborted while it runs has its own training rejected. */
export type TrainMany = (requests: readonly TrainRequest[]) => Promise<PromiseSettledResult<Checkpoint>[]>

interface Waiting {
  readonly request: TrainRequest
  readonly settle: (result: PromiseSettledResult<Checkpoint>) => void
}

/**
 * Trainings that are asked for one by one, carried out together: first those of one turn, then, each time, all that have come
 * while the last ones ran, at most `mostAtOnce`. Nothing waits for a time to pass.
 */
export function gatherTrainings(trainMany: TrainMany, mostAtOnce: number): Train {
  const waiting: Waiting[] = []
  let isRunning = false

  async function carryOut(): Promise<void> {
    if (isRunning) return
    isRunning = true
    await setImmediate()
    while (waiting.length > 0) {
      const batch = waiting.splice(0, mostAtOnce)
      const results = await resultsOf(batch)
      batch.forEach(({ settle }, i) => {
        settle(results[i]!)
      })
    }
    isRunning = false
  }

  /** Where all fails at once, each is told so. */
  const resultsOf = (batch: readonly Waiting[]): Promise<PromiseSettledResult<Checkpoint>[]> =>
    trainMany(batch.map(({ request }) => request)).catch((reason: unknown) =>
      batch.map(() => ({ status: 'rejected', reason })),
    )

  return (request) =>
    new Promise((resolve, reject) => {
      const settle = (result: PromiseSettledResult<Checkpoint>) =>
        result.status === 'fulfilled' ? resolve(result.value) : reject(result.reason)
      waiting.push({ request, settle })
      void carryOut()
    })
}
