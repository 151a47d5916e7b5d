import { createHash } from 'node:crypto'
import type { Db } from '../../db/database.js'
import { bytesOf, floatsOf } from '../../db/floatBytes.js'
import { findTrainingState, keepTrainingState } from '../../db/trainingStates.js'
import type { ForecastOrigin } from '../../domain/forecast.js'
import type { Logger } from '../../log.js'
import type { Continuation, TrainingState } from '../../model/forecaster.js'

export interface KeptTrainingOptions {
  readonly db: Db
  readonly log: Logger
  readonly clock: () => Date
  readonly ticker: string
  readonly purpose: ForecastOrigin
  /** Everything the training follows from, as JSON: only the same one is gone on with. */
  readonly follows: unknown
  readonly everySeconds: number
}

/** Keeps a training in the database, so that one that was handed back, or whose worker died, goes on where it was. */
export class KeptTraining {
  readonly #training: string
  #saving: Promise<void> = Promise.resolve()

  constructor(private readonly options: KeptTrainingOptions) {
    this.#training = createHash('sha256').update(JSON.stringify(options.follows)).digest('hex')
  }

  async continuation(): Promise<Continuation> {
    const { db, log, ticker, purpose, everySeconds } = this.options
    const row = await findTrainingState(db, ticker, purpose, this.#training)
    if (!row) return { everySeconds, keep: this.#keep }
    const { epoch, best, backend, seconds, numbers } = row
    log.info({ ticker, purpose, epoch, seconds }, 'training taken up again')
    return { everySeconds, keep: this.#keep, from: { epoch, best, backend, seconds, numbers: floatsOf(numbers) } }
  }

  /** Resolves when what was kept so far is stored. */
  settled(): Promise<void> {
    return this.#saving
  }

  /** One that cannot be stored costs no more than the time since the one before it. */
  #keep = ({ numbers, ...state }: TrainingState): void => {
    const { db, log, clock, ticker, purpose } = this.options
    const row = { ...state, ticker, purpose, training: this.#training, numbers: bytesOf(numbers), keptAt: clock() }
    this.#saving = this.#saving
      .then(() => keepTrainingState(db, row))
      .catch((err) => log.warn({ err, ticker }, 'the state of a training could not be kept'))
  }
}
