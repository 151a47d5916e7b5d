import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { digestPayload } from '../../alerts/digest.js'
import { hasFailedTooLong } from '../../alerts/retrySchedule.js'
import { allowance, pausedUntil, type Rate, readyAt, taken } from '../../alerts/sendRate.js'
import { type OpenEndpoint, Transport } from '../../alerts/transport.js'
import { createVault, type Vault } from '../../alerts/vault.js'
import { type EndpointRow, findEndpoint, lockEndpoint, reserveBudget, updateEndpoint } from '../../db/alertEndpoints.js'
import {
  addAlerts,
  buryPending,
  type DueAlert,
  dueAlerts,
  dueForDigest,
  markMerged,
  nextDueAt,
  recordAttempts,
} from '../../db/alertOutbox.js'
import { setWake } from '../../db/alertWakes.js'
import type { Db } from '../../db/database.js'
import type { AlertJob } from '../../domain/job.js'
import type { JobResult } from '../jobHandler.js'
import type { RunContext } from '../runOnce.js'
import { type Attempt, attemptAlert } from './attemptAlert.js'
import { newAlertId } from './newAlertId.js'
import { openEndpoint } from './openEndpoint.js'
import { publicUrl } from './publicUrl.js'

export type AlertContext = Pick<RunContext, 'database' | 'config' | 'log' | 'clock'>

/** Longer no job serves an endpoint without going back to the queue. */
const JOB_BUDGET_MS = 20_000
const AT_ONCE = 16
/** An endpoint that fails is asked with fewer at a time. */
const AT_ONCE_WHEN_FAILING = 4

/** Sends what is due to one endpoint. The queue holds one valid job for each endpoint at most (see db/alertWakes.ts). */
export class AlertHandler {
  #transport: Transport | undefined
  #vault: Vault | undefined

  constructor(
    private readonly context: AlertContext,
    private readonly random: () => number = Math.random,
  ) {}

  /** @throws UserError when the key of the secrets is missing or another one. */
  async perform(job: AlertJob, signal: AbortSignal): Promise<JobResult> {
    const { database, clock, config } = this.context
    const endpoint = await findEndpoint(database.db, job.endpointId)
    if (!endpoint || !isValid(endpoint, job)) return { commit: async () => {} }
    this.#vault ??= createVault(config.alerts.key)
    const open = openEndpoint(endpoint, this.#vault)
    const rate = this.#rate(open)
    setMaxListeners(2 * AT_ONCE, signal)
    const started = performance.now()
    await this.#gatherDigests(job.endpointId)
    while (performance.now() - started < JOB_BUDGET_MS) if (!(await this.#sendBatch(job, open, rate, signal))) break
    return { commit: (tx) => this.#hold(tx, job, rate, clock()) }
  }

  /** Nothing is lost: what is due stays in the outbox, and the supervisor wakes its endpoint again. */
  failed(job: AlertJob, error: unknown): void {
    this.context.log.error({ endpointId: job.endpointId, reason: String(error) }, 'alerts could not be sent')
  }

  #rate({ channel }: OpenEndpoint): Rate {
    const { perMinute } = this.context.config.alerts
    return perMinute ? { perMinute, burst: Math.max(1, Math.min(channel.rate.burst, perMinute)) } : channel.rate
  }

  /** False when nothing more may or need be sent now. */
  async #sendBatch(job: AlertJob, open: OpenEndpoint, rate: Rate, signal: AbortSignal): Promise<boolean> {
    const { database, config, clock } = this.context
    const { db } = database
    const endpoint = await findEndpoint(db, job.endpointId)
    if (!endpoint || !isValid(endpoint, job)) return false
    const room = Math.min(
      allowance(rate, endpoint.freeAt, clock()),
      endpoint.failingSince ? AT_ONCE_WHEN_FAILING : AT_ONCE,
    )
    const due = room > 0 ? await dueAlerts(db, endpoint.id, clock(), room) : []
    if (due.length === 0) return false
    const waitMs = await reserveBudget(db, due.length, config.alerts.perSecond, clock())
    if (waitMs > 0) await delay(waitMs, undefined, { signal })
    const attempts = await this.#attempt(endpoint, due, open, signal)
    await db.transaction((tx) => this.#record(tx, endpoint.id, attempts, rate))
    return true
  }

  async #attempt(endpoint: EndpointRow, due: readonly DueAlert[], open: OpenEndpoint, signal: AbortSignal) {
    const { config, clock } = this.context
    const { timeoutSeconds: seconds, ...policy } = config.alerts
    this.#transport ??= new Transport({ policy, timeoutMs: seconds * 1_000 })
    const { random } = this
    const common = { transport: this.#transport, open, address: endpoint.address, clock, random, signal }
    return Promise.all(due.map((alert) => attemptAlert(alert, common)))
  }

  async #record(tx: Db, endpointId: string, attempts: readonly Attempt[], rate: Rate): Promise<void> {
    const now = this.context.clock()
    const endpoint = await lockEndpoint(tx, endpointId)
    if (!endpoint) return
    await recordAttempts(
      tx,
      endpointId,
      attempts.map(({ result }) => result),
    )
    const isAnswered = attempts.some(({ result }) => result.outcome === 'delivered')
    const failingSince = isAnswered ? null : (endpoint.failingSince ?? now)
    const pause = attempts.map(({ pausedUntil: until }) => until?.getTime() ?? 0).reduce((a, b) => Math.max(a, b))
    const free = taken(rate, endpoint.freeAt, now, attempts.length)
    const freeAt = pause > 0 ? new Date(Math.max(free.getTime(), pausedUntil(rate, new Date(pause)).getTime())) : free
    await updateEndpoint(tx, endpointId, { failingSince, freeAt })
    const isGone = attempts.some(({ result }) => result.outcome === 'gone')
    if (isGone) await this.#disable(tx, endpointId, 'It answered 410 Gone.', now)
    else if (failingSince && hasFailedTooLong(failingSince, now))
      await this.#disable(tx, endpointId, 'It has failed for five days.', now)
  }

  async #disable(tx: Db, endpointId: string, reason: string, now: Date): Promise<void> {
    await updateEndpoint(tx, endpointId, { disabledAt: now, disabledReason: reason, wakeAt: null })
    await buryPending(tx, endpointId, now)
    this.context.log.warn({ endpointId, reason }, 'endpoint of alerts disabled')
  }

  /** With the completion of a job: the next one, for whatever is due then. */
  async #hold(tx: Db, job: AlertJob, rate: Rate, now: Date): Promise<void> {
    const endpoint = await lockEndpoint(tx, job.endpointId)
    if (!endpoint || !isValid(endpoint, job)) return
    const due = await nextDueAt(tx, endpoint.id)
    const times = due && [due, readyAt(rate, endpoint.freeAt), now].map((time) => time.getTime())
    await setWake(tx, this.context.database.queue, endpoint.id, times && new Date(Math.max(...times)))
  }

  /** One alert for each subscription whose digest is due. */
  async #gatherDigests(endpointId: string): Promise<void> {
    const { database, clock, config } = this.context
    await database.db.transaction(async (tx) => {
      const now = clock()
      const due = await dueForDigest(tx, endpointId, now)
      for (const subscriptionId of new Set(due.map((item) => item.subscriptionId))) {
        const items = due.filter((item) => item.subscriptionId === subscriptionId)
        const payloads = items.map(({ payload }) => payload)
        const payload = digestPayload(payloads, { publicUrl: publicUrl(config), now })
        const row = { id: newAlertId(), endpointId, subscriptionId, subject: `digest:${items.at(-1)!.id}`, payload }
        await markMerged(
          tx,
          items.map(({ id }) => id),
          now,
        )
        await addAlerts(tx, [{ ...row, dueAt: now, createdAt: now }])
      }
    })
  }
}

const isValid = ({ wakeAt, disabledAt }: EndpointRow, job: AlertJob): boolean =>
  disabledAt === null && wakeAt?.toISOString() === job.wakeAt
