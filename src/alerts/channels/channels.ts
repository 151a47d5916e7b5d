import { UserError } from '../../domain/errors.js'
import type { Channel } from './channel.js'
import { discord } from './discord.js'
import { email } from './email.js'
import { ntfy } from './ntfy.js'
import { pushover } from './pushover.js'
import { slack } from './slack.js'
import { teams } from './teams.js'
import { telegram } from './telegram.js'
import { webhook } from './webhook.js'

/** Every channel, in the order in which they are offered. */
export const CHANNELS = [
  webhook,
  slack,
  discord,
  telegram,
  teams,
  ntfy,
  pushover,
  email,
] as unknown as readonly Channel[]

/** The channel of that name. @throws UserError (exit code 2) listing the known ones. */
export function channelOf(name: string): Channel {
  const found = CHANNELS.find((channel) => channel.name === name)
  if (found) return found
  throw new UserError(
    `unknown channel '${name}': expected one of ${CHANNELS.map((channel) => channel.name).join(', ')}`,
    {
      exitCode: 2,
    },
  )
}

/** What a channel needs, checked. @throws UserError (exit code 2) naming what is missing or wrong, without its value. */
export function targetOf(channel: Channel, given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const result = channel.target.safeParse(given)
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => {
    const name = issue.path.join('.')
    const isMissing = issue.code === 'invalid_type' && given[name] === undefined
    return `${channel.name}: ${name ? `${name}: ` : ''}${isMissing ? 'is missing' : issue.message}`
  })
  throw new UserError(lines.join('\n'), { exitCode: 2 })
}
