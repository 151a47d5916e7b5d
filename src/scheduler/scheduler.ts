import cron, { type ScheduledTask } from 'node-cron'
import type { RunTrigger } from '../domain/run.js'
import { currentSchedules, type EnqueueContext, enqueueDue } from './enqueueDue.js'

/** New tickers and exchanges, what was resumed, and what could not be enqueued at its moment. */
const LOOK_AGAIN = '* * * * *'

/**
 * The policy, in order: at the start, enqueue whatever is due; then, for each exchange after its close, enqueue its
 * tickers; every minute, look whether something is left. Cron only wakes it: what is due is decided from the schedule
 * and the data (enqueueDue.ts), so any number of schedulers may run, and a late or repeated wake-up does no harm.
 */
export class Scheduler {
  readonly #tasks = new Map<string, ScheduledTask>()
  #work: Promise<void> = Promise.resolve()

  constructor(private readonly context: EnqueueContext & { readonly clock: () => Date }) {}

  async start(): Promise<void> {
    await this.#look('start')
    this.#tasks.set(
      LOOK_AGAIN,
      cron.schedule(LOOK_AGAIN, () => this.#enqueue()),
    )
  }

  /** Nothing further is enqueued. */
  async stop(): Promise<void> {
    for (const task of this.#tasks.values()) await task.destroy()
    this.#tasks.clear()
    await this.#work
  }

  #enqueue(): void {
    this.#work = this.#work
      .then(() => this.#look('schedule'))
      .catch((err) => this.context.log.error({ err }, 'what is due could not be enqueued'))
  }

  async #look(trigger: RunTrigger): Promise<void> {
    await enqueueDue(this.context, trigger, this.context.clock())
    for (const { exchange, cron: expression, timezone } of await currentSchedules(this.context)) {
      if (this.#tasks.has(exchange)) continue
      this.#tasks.set(
        exchange,
        cron.schedule(expression, () => this.#enqueue(), { timezone, name: exchange }),
      )
      this.context.log.info({ exchange, cron: expression, timezone }, 'exchange scheduled')
    }
  }
}
