import type { Db } from '../db/database.js'
import type { AlertJob, Job, PingJob } from '../domain/job.js'
import { AlertHandler } from './alerts/alertHandler.js'
import type { JobHandler, JobResult } from './jobHandler.js'
import { PingHandler } from './pingHandler.js'
import type { RunContext } from './runOnce.js'

const isAlert = (data: PingJob | AlertJob): data is AlertJob => 'endpointId' in data

/** What goes out: alerts, and pings of the dead-man's switch. */
export class DeliverHandler implements JobHandler<'deliver'> {
  readonly #alerts: AlertHandler
  readonly #pings: PingHandler

  constructor(context: Pick<RunContext, 'database' | 'config' | 'log' | 'clock'>) {
    this.#alerts = new AlertHandler(context)
    this.#pings = new PingHandler(context)
  }

  tickerOf = (): undefined => undefined

  perform = ({ data }: Job<'deliver'>, signal: AbortSignal): Promise<JobResult> =>
    isAlert(data) ? this.#alerts.perform(data, signal) : this.#pings.perform(data, signal)

  failed = async (_: Db, { data }: Job<'deliver'>, error: unknown): Promise<void> =>
    isAlert(data) ? this.#alerts.failed(data, error) : this.#pings.failed()

  async postponed(): Promise<void> {}
}
