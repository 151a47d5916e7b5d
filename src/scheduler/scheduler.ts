import cron, { type ScheduledTask } from 'node-cron'
import { activeTickers } from '../db/tickers.js'
import type { RunTrigger } from '../domain/run.js'
import { exchangeSchedules } from './exchangeSchedules.js'
import { type RunContext, runOnce } from './runOnce.js'

/** How often newly added exchanges are looked for. */
const RESCHEDULE = '*/5 * * * *'

/**
 * The policy, in order: at the start, catch up with whatever is missing; then, for each exchange after its close, run its
 * tickers. One run at a time in this process; a run that comes due meanwhile follows at once.
 */
export class Scheduler {
  readonly #stop = new AbortController()
  readonly #tasks = new Map<string, ScheduledTask>()
  #queue: Promise<void> = Promise.resolve()

  constructor(private readonly context: RunContext) {}

  async start(): Promise<void> {
    await this.#schedule()
    this.#tasks.set(
      '',
      cron.schedule(RESCHEDULE, () => void this.#rescheduled()),
    )
    void this.#enqueue('start')
  }

  /** Ends the current run as interrupted and waits for it; nothing further starts. */
  async stop(): Promise<void> {
    for (const task of this.#tasks.values()) await task.destroy()
    this.#stop.abort()
    await this.#queue
  }

  /** Exchanges of tickers that were added meanwhile get their schedule too. */
  async #schedule(): Promise<void> {
    const tickers = await activeTickers(this.context.database.db)
    const exchanges = tickers.map(({ exchange, timezone }) => ({ code: exchange, timezone }))
    for (const { exchange, cron: expression, timezone } of exchangeSchedules(
      exchanges,
      this.context.config.schedules,
    )) {
      if (this.#tasks.has(exchange)) continue
      const task = cron.schedule(expression, () => void this.#enqueue('schedule', exchange), {
        timezone,
        name: exchange,
      })
      this.#tasks.set(exchange, task)
      this.context.log.info({ exchange, cron: expression, timezone }, 'exchange scheduled')
    }
  }

  async #rescheduled(): Promise<void> {
    try {
      await this.#schedule()
    } catch (error) {
      this.context.log.error({ err: error }, 'schedules could not be read')
    }
  }

  #enqueue(trigger: RunTrigger, exchange?: string): Promise<void> {
    this.#queue = this.#queue.then(() => this.#run(trigger, exchange))
    return this.#queue
  }

  async #run(trigger: RunTrigger, exchange?: string): Promise<void> {
    const { signal } = this.#stop
    if (signal.aborted) return
    try {
      const all = await activeTickers(this.context.database.db)
      const tickers = exchange ? all.filter((ticker) => ticker.exchange === exchange) : all
      if (tickers.length > 0) await runOnce(this.context, { tickers, trigger, signal })
    } catch (error) {
      this.context.log.error({ err: error, trigger, exchange }, 'run could not be completed')
    }
  }
}
