import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { CHANNELS } from '../alerts/channels/channels.js'
import { attemptsOf, type EndpointView, endpointViews } from '../db/alertLog.js'
import type { Subscription } from '../domain/alert.js'
import { UserError } from '../domain/errors.js'
import { Desk } from '../scheduler/alerts/alertDesk.js'
import { type SubscriptionOptions, subscriptionOf, withSubscriptionOptions } from './alertOptions.js'
import { deliverNow } from './deliverNow.js'
import { table } from './forecastView.js'
import { type GlobalOptions, type Session, withSession } from './session.js'

/** How long `test` waits for what becomes of it. */
const PATIENCE_MS = 20_000

/** Adds `alerts add | list | test | replay | rotate | enable | remove`. */
export function addAlertsCommand(program: Command): void {
  const alerts = program.command('alerts').description('Say who is told of what, and see what became of it.')
  addAdd(alerts)
  const list = alerts
    .command('list')
    .description('List endpoints and their subscriptions.')
    .option('--json', 'print JSON')
  list.action(() => listAlerts(list.optsWithGlobals()))

  const withDesk = (
    name: string,
    description: string,
    act: (id: string, desk: Desk, session: Session) => Promise<string>,
  ) => {
    const command = alerts.command(`${name} <id>`).description(description)
    command.action((id: string) => atDesk(command.optsWithGlobals(), (desk, session) => act(id, desk, session)))
  }
  withDesk('test', 'Send a test alert to an endpoint and say what became of it.', sendTest)
  withDesk('rotate', 'Make a new signing secret; the one before it stays valid for a day.', async (id, desk) => {
    const { secret, bothValidUntil } = await desk.rotate(id)
    return `${secret}\nShown once. The key before it is valid until ${bothValidUntil.toISOString()}.`
  })
  withDesk('enable', 'Send to a disabled endpoint again.', async (id, desk) => {
    await desk.enable(id)
    return `${id}  enabled`
  })
  withDesk('remove', 'Remove an endpoint with all that belongs to it, or one subscription.', async (id, desk) => {
    await desk.remove(id)
    return `${id}  removed`
  })
  addReplay(alerts)
}

interface AddOptions extends GlobalOptions, SubscriptionOptions {
  readonly channel: string
  readonly name?: string
  readonly set: Readonly<Record<string, string>>
  readonly to?: string
  readonly template?: string
}

function addAdd(alerts: Command): void {
  const add = alerts
    .command('add')
    .description('Add an endpoint and subscribe it, or subscribe a known one with --to.')
    .option('--channel <name>', CHANNELS.map((channel) => channel.name).join(', '), 'webhook')
    .option('--name <text>', 'what to call it')
    .option(
      '--set <key=value>',
      `what the channel needs; value env:NAME reads a variable. ${CHANNELS.map((c) => `${c.name}: ${c.fields.map((f) => f.name).join(', ')}`).join('; ')}`,
      setting,
      {},
    )
    .option('--url <url>', 'the same as --set url=URL')
    .option('--template <text>', 'Liquid template of the text, as "{{ data.ticker }}: {{ data.text }}"')
    .option('--to <id>', 'subscribe this endpoint instead of adding one')
    .option('--json', 'print JSON')
  withSubscriptionOptions(add)
  add.action(() => addAlert(add.optsWithGlobals()))
}

function addReplay(alerts: Command): void {
  const replay = alerts
    .command('replay <id>')
    .description('Send an alert (msg_…) once more under its own id, or with --since all of an endpoint.')
    .option('--since <time>', 'ISO 8601, as 2025-06-13 or 2025-06-13T20:00:00Z')
  replay.action((id: string) => {
    const options = replay.optsWithGlobals<GlobalOptions & { since?: string }>()
    const since = options.since === undefined ? undefined : new Date(options.since)
    if (since && Number.isNaN(since.getTime()))
      throw new UserError(`--since ${options.since}: expected a time such as 2025-06-13T20:00:00Z`, { exitCode: 2 })
    return atDesk(options, async (desk, session) => {
      const number = await desk.replay(since ? { endpointId: id, since } : { alertId: id })
      await deliverNow(session)
      return `${number} ${number === 1 ? 'alert' : 'alerts'} put back to be sent`
    })
  })
}

const addAlert = (options: AddOptions & { url?: string }): Promise<void> =>
  atDesk(options, async (desk) => {
    const target = { ...(options.url !== undefined && { url: options.url }), ...options.set }
    const request = { name: options.name ?? '', channel: options.channel, target, template: options.template ?? null }
    const endpoint = options.to === undefined ? await desk.addEndpoint(request) : { id: options.to, secret: null }
    let subscription: string
    try {
      subscription = await desk.subscribe(subscriptionOf(endpoint.id, options) as Subscription)
    } catch (error) {
      if (options.to === undefined) await desk.remove(endpoint.id)
      throw error
    }
    const lines = [`endpoint ${endpoint.id}`, `subscription ${subscription}`]
    if (endpoint.secret) lines.push(`signing secret, shown once: ${endpoint.secret}`)
    return options.json
      ? JSON.stringify({ endpoint: endpoint.id, subscription, secret: endpoint.secret })
      : lines.join('\n')
  })

const listAlerts = (options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async ({ database: { db } }) => {
    const views = await endpointViews(db)
    if (options.json) process.stdout.write(`${JSON.stringify(views, null, 2)}\n`)
    else if (views.length === 0) process.stdout.write('no endpoint yet: add one with mambacast alerts add\n')
    else
      process.stdout.write(
        `${table([['id', 'name or events', 'channel', 'address', 'state'], ...views.flatMap(rowsOf)]).join('\n')}\n`,
      )
  })

function rowsOf(view: EndpointView): string[][] {
  const state = view.disabledReason
    ? `disabled: ${view.disabledReason}`
    : `${view.pending} waiting, ${view.delivered} sent, ${view.dead} given up`
  const subscriptions = view.subscriptions.map(({ id, events, tickers, exchange, mode }) => [
    ...[`  ${id}`, events.join(' '), '', [tickers.join(' ') || 'all tickers', exchange ?? ''].join(' ').trim(), mode],
  ])
  return [[view.id, view.name, view.channel, view.address, state], ...subscriptions]
}

async function sendTest(endpointId: string, desk: Desk, session: Session): Promise<string> {
  const alertId = await desk.test(endpointId)
  await deliverNow(session)
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const [attempt] = await attemptsOf(session.database.db, alertId)
    if (attempt?.outcome === 'delivered')
      return `delivered in ${attempt.latencyMs} ms (${attempt.status}): ${attempt.answer}`
    if (attempt)
      throw new UserError(`${attempt.outcome}${attempt.status ? ` (${attempt.status})` : ''}: ${attempt.answer}`)
    if (performance.now() > deadline) throw new UserError('nothing has been sent yet: see mambacast alerts list')
    await delay(100)
  }
}

const atDesk = (options: GlobalOptions, act: (desk: Desk, session: Session) => Promise<string>): Promise<void> =>
  withSession({ ...options, quiet: true }, async (session) => {
    const { database, config, runContext } = session
    process.stdout.write(`${await act(new Desk({ database, config, clock: runContext.clock }), session)}\n`)
  })

function setting(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, key, value] = /^(\w+)=(.*)$/s.exec(text) ?? []
  if (key === undefined) throw new UserError(`--set ${text.slice(0, 20)}: expected key=value`, { exitCode: 2 })
  return { ...before, [key]: value!.startsWith('env:') ? variable(value!.slice(4)) : value! }
}

function variable(name: string): string {
  const value = process.env[name]
  if (!value) throw new UserError(`--set: the variable ${name} is not set`, { exitCode: 2 })
  return value
}
