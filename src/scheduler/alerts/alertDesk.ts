import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type Resolve, resolveHost } from '../../alerts/addressPolicy.js'
import { channelOf, targetOf } from '../../alerts/channels/channels.js'
import { checkSubscription } from '../../alerts/checkSubscription.js'
import { checkUrl } from '../../alerts/checkUrl.js'
import { testPayload } from '../../alerts/payloads.js'
import { renderTemplate } from '../../alerts/renderTemplate.js'
import { newSecret, rotated } from '../../alerts/signature.js'
import { createVault } from '../../alerts/vault.js'
import { oneLine } from '../../alerts/words.js'
import type { Config } from '../../config.js'
import {
  deleteEndpoint,
  type EndpointRow,
  findEndpoint,
  insertEndpoint,
  lockEndpoint,
  updateEndpoint,
} from '../../db/alertEndpoints.js'
import { addAlerts, nextDueAt, replayAlerts } from '../../db/alertOutbox.js'
import { deleteSubscription, insertSubscription } from '../../db/alertSubscriptions.js'
import { wakeEndpoints } from '../../db/alertWakes.js'
import type { Database, Db } from '../../db/database.js'
import type { AlertDesk, EndpointRequest, Subscription } from '../../domain/alert.js'
import { UserError } from '../../domain/errors.js'
import { newAlertId } from './newAlertId.js'
import { openEndpoint } from './openEndpoint.js'
import { publicUrl } from './publicUrl.js'

/** Both keys are valid for so long after a rotation. */
const OVERLAP_MS = 24 * 60 * 60 * 1_000

export interface DeskOptions {
  readonly database: Pick<Database, 'db' | 'queue'>
  readonly config: Pick<Config, 'alerts' | 'server'>
  readonly clock: () => Date
  readonly resolve?: Resolve
}

/** What a person may do with alerts, from the command line or a page. */
export class Desk implements AlertDesk {
  constructor(private readonly options: DeskOptions) {}

  get obstacle(): string | undefined {
    try {
      createVault(this.options.config.alerts.key)
      return undefined
    } catch (error) {
      if (error instanceof UserError) return error.message
      throw error
    }
  }

  async addEndpoint(request: EndpointRequest): Promise<{ id: string; secret: string | null }> {
    const { config, database, clock, resolve = resolveHost } = this.options
    const vault = createVault(config.alerts.key)
    const channel = channelOf(request.channel)
    const target = targetOf(channel, request.target)
    for (const url of channel.urls(target)) await checkUrl(url, config.alerts, resolve)
    const template = request.template?.trim() || null
    if (template) renderTemplate(template, testPayload({ publicUrl: publicUrl(config), now: clock() }))
    const id = randomUUID()
    const secrets = channel.isSigned ? [newSecret()] : []
    const address = oneLine(channel.address(target), 200)
    const name = oneLine(request.name, 80) || channel.label
    const sealed = vault.seal({ target, secrets }, id)
    await insertEndpoint(database.db, { id, name, channel: channel.name, address, sealed, template, freeAt: clock() })
    return { id, secret: secrets[0]?.value ?? null }
  }

  async subscribe(given: Subscription): Promise<string> {
    const { database } = this.options
    const subscription = checkSubscription(given)
    await this.#endpoint(database.db, subscription.endpointId)
    return insertSubscription(database.db, subscription)
  }

  test = (endpointId: string): Promise<string> =>
    this.options.database.db.transaction(async (tx) => {
      const { config, clock } = this.options
      const endpoint = await this.#endpoint(tx, endpointId)
      if (endpoint.disabledAt) throw new UserError(`${endpoint.name} is disabled: enable it first`)
      const now = clock()
      const id = newAlertId()
      const payload = testPayload({ publicUrl: publicUrl(config), now })
      await addAlerts(tx, [{ id, endpointId, subject: `alert.test:${id}`, payload, dueAt: now, createdAt: now }])
      await this.#wake(tx, endpointId, now)
      return id
    })

  replay = (which: { alertId: string } | { endpointId: string; since: Date }): Promise<number> =>
    this.options.database.db.transaction(async (tx) => {
      const now = this.options.clock()
      if ('endpointId' in which) await this.#endpoint(tx, which.endpointId)
      const endpoints = await replayAlerts(tx, which, now)
      for (const endpointId of new Set(endpoints)) {
        const endpoint = await this.#endpoint(tx, endpointId)
        if (endpoint.disabledAt) throw new UserError(`${endpoint.name} is disabled: enable it first`)
        await this.#wake(tx, endpointId, now)
      }
      if (endpoints.length === 0 && 'alertId' in which)
        throw new UserError(`there is no alert '${which.alertId}' that has been sent or given up`)
      return endpoints.length
    })

  rotate = (endpointId: string): Promise<{ secret: string; bothValidUntil: Date }> =>
    this.options.database.db.transaction(async (tx) => {
      const { config, clock } = this.options
      const vault = createVault(config.alerts.key)
      const row = await this.#locked(tx, endpointId)
      const { channel, target, secrets } = openEndpoint(row, vault)
      if (!channel.isSigned) throw new UserError(`the channel ${channel.name} signs nothing: there is no key to rotate`)
      const bothValidUntil = new Date(clock().getTime() + OVERLAP_MS)
      const kept = rotated(secrets, bothValidUntil, clock())
      await updateEndpoint(tx, endpointId, { sealed: vault.seal({ target, secrets: kept }, endpointId) })
      return { secret: kept[0]!.value, bothValidUntil }
    })

  enable = (endpointId: string): Promise<void> =>
    this.options.database.db.transaction(async (tx) => {
      await this.#locked(tx, endpointId)
      const now = this.options.clock()
      await updateEndpoint(tx, endpointId, { disabledAt: null, disabledReason: null, failingSince: null, freeAt: now })
      const due = await nextDueAt(tx, endpointId)
      if (due) await wakeEndpoints(tx, this.options.database.queue, [{ endpointId, at: due }])
    })

  async remove(id: string): Promise<void> {
    const { db } = this.options.database
    if (!z.uuid().safeParse(id).success) throw unknown(id)
    if (!(await deleteSubscription(db, id)) && !(await deleteEndpoint(db, id))) throw unknown(id)
  }

  #wake = (tx: Db, endpointId: string, at: Date) => wakeEndpoints(tx, this.options.database.queue, [{ endpointId, at }])

  async #endpoint(db: Db, id: string): Promise<EndpointRow> {
    const row = z.uuid().safeParse(id).success ? await findEndpoint(db, id) : undefined
    if (!row) throw unknown(id)
    return row
  }

  async #locked(tx: Db, id: string): Promise<EndpointRow> {
    await this.#endpoint(tx, id)
    return (await lockEndpoint(tx, id))!
  }
}

const unknown = (id: string): UserError =>
  new UserError(`nothing has the id '${id}': see mambacast alerts list`, { exitCode: 2 })
