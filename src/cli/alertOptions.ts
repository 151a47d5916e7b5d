import type { Command } from 'commander'
import { ALERT_EVENTS, type AlertCondition, type MoveSize } from '../domain/alert.js'
import { UserError } from '../domain/errors.js'
import { listOption } from './listOption.js'

export interface SubscriptionOptions {
  readonly event: readonly string[]
  readonly ticker: readonly string[]
  readonly exchange?: string
  readonly minMove?: MoveSize
  readonly moveProbability?: MoveSize & { readonly probability: number }
  readonly excludesZero?: 80 | 95
  readonly direction?: 'up' | 'down'
  readonly skill?: 'distribution' | 'mean'
  readonly mode: string
  readonly cooldownHours?: number
  readonly digestAt?: string
  readonly quiet?: { readonly from: string; readonly to: string }
  readonly timezone?: string
}

/** Options that say who hears of what. */
export const withSubscriptionOptions = (command: Command): Command =>
  command
    .addOption(listOption('-e, --event <names>', `events: ${ALERT_EVENTS.join(', ')}`, 'forecast.large_move'))
    .addOption(listOption('-t, --ticker <symbols>', 'only these tickers', 'all'))
    .option('--exchange <code>', 'only tickers of this exchange')
    .option(
      '--min-move <size>',
      '|expected move| at least: 2% or 1.5sigma, in standard deviations of its own returns',
      size,
    )
    .option('--move-probability <p>', 'P(|move| > size) at least, as 2%:0.3 or 2sigma:0.1', moveProbability)
    .option('--excludes-zero <coverage>', 'the 80 % or 95 % interval lies on one side of zero', (text) => Number(text))
    .option('--direction <way>', 'expected move up or down')
    .option('--skill <kind>', 'only where the verdict shows skill: distribution or mean')
    .option('--mode <mode>', 'edge: when it begins to hold; each: every time; digest: once a day', 'edge')
    .option('--cooldown-hours <n>', 'none about the same ticker for so long after one', (text) => Number(text))
    .option('--digest-at <time>', 'time of the digest, as 08:00')
    .option('--quiet <hours>', 'quiet hours, as 22:00-07:00', quietHours)
    .option('--timezone <name>', 'IANA time zone of those times (default: UTC)')

/** The subscription that the options ask for, to be checked by the desk. */
export function subscriptionOf(endpointId: string, options: SubscriptionOptions): object {
  const { event, ticker, exchange, mode, cooldownHours, digestAt, quiet, timezone } = options
  const condition: AlertCondition = {
    ...(options.minMove && { expectedMove: options.minMove }),
    ...(options.moveProbability && { moveProbability: options.moveProbability }),
    ...(options.excludesZero && { intervalExcludesZero: options.excludesZero }),
    ...(options.direction && { direction: options.direction }),
    ...(options.skill && { skill: options.skill }),
  }
  return {
    ...{ endpointId, tickers: ticker, condition, mode, events: event.length > 0 ? event : ['forecast.large_move'] },
    ...(exchange && { exchange }),
    ...(cooldownHours !== undefined && { cooldownMinutes: Math.round(cooldownHours * 60) }),
    ...(digestAt && { digestAt }),
    ...(quiet && { quietHours: quiet }),
    ...(timezone && { timezone }),
  }
}

function size(text: string): MoveSize {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(%|sigma)$/.exec(text) ?? []
  if (number === undefined) throw new UserError(`${text}: expected a size such as 2% or 1.5sigma`, { exitCode: 2 })
  return { size: Number(number), unit: unit === '%' ? 'pct' : 'sigma' }
}

function moveProbability(text: string): MoveSize & { probability: number } {
  const [move, probability] = text.split(':')
  if (!probability || Number.isNaN(Number(probability)))
    throw new UserError(`${text}: expected a size and a probability such as 2%:0.3`, { exitCode: 2 })
  return { ...size(move!), probability: Number(probability) }
}

function quietHours(text: string): { from: string; to: string } {
  const [from, to] = text.split('-')
  if (!from || !to) throw new UserError(`--quiet ${text}: expected hours such as 22:00-07:00`, { exitCode: 2 })
  return { from, to }
}
