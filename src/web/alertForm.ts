import type { Context } from 'hono'
import type { EndpointRequest, MoveSize, Subscription } from '../domain/alert.js'
import { readForm } from './readForm.js'

type Fields = Readonly<Record<string, string>>

/** The fields of a posted form; a field that is there several times is joined by spaces. */
export async function formFields(c: Context): Promise<Fields> {
  const entries = Object.entries(await readForm(c)).map(([name, values]) => [name, values.join(' ').trim()] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}

/** The endpoint that a form asks for; fields named `target.NAME` belong to its target. */
export function endpointOf(fields: Fields): EndpointRequest {
  const target = Object.entries(fields)
    .filter(([name]) => name.startsWith('target.'))
    .map(([name, value]) => [name.slice('target.'.length), value])
  const { name = '', channel = '', template = null } = fields
  return { name, channel, template, target: Object.fromEntries(target) }
}

/** The subscription that a form asks for, to be checked by the desk. */
export function subscriptionOf(endpointId: string, fields: Fields): Subscription {
  const { events = '', tickers = '', exchange, mode, cooldownHours, digestAt, quietFrom, quietTo, timezone } = fields
  const given = {
    ...{ endpointId, events: words(events), tickers: words(tickers), condition: conditionOf(fields) },
    ...{ exchange, mode, digestAt, timezone },
    ...(cooldownHours !== undefined && { cooldownMinutes: Math.round(Number(cooldownHours) * 60) }),
    ...(quietFrom && quietTo && { quietHours: { from: quietFrom, to: quietTo } }),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as Subscription
}

function conditionOf(fields: Fields): object {
  const { minMove, minMoveUnit, moveSize, moveUnit, moveProbability, excludesZero, direction, skill } = fields
  return {
    ...(minMove && { expectedMove: size(minMove, minMoveUnit) }),
    ...(moveSize &&
      moveProbability && {
        moveProbability: { ...size(moveSize, moveUnit), probability: Number(moveProbability) / 100 },
      }),
    ...(excludesZero && { intervalExcludesZero: Number(excludesZero) }),
    ...(direction && { direction }),
    ...(skill && { skill }),
  }
}

const size = (number: string, unit = 'pct'): MoveSize => ({ size: Number(number), unit: unit as MoveSize['unit'] })

const words = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean)
