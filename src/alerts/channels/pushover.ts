import { z } from 'zod'
import { bodyOf } from '../message.js'
import { shortened } from '../words.js'
import type { Channel } from './channel.js'
import { formPost } from './formPost.js'

interface Target {
  readonly token: string
  readonly user: string
  readonly api: string
}

const key = (what: string) => z.string().regex(/^[A-Za-z0-9]{30}$/, `expected the ${what} of 30 letters and digits`)

/** Pushover messages with an attachment: pushover.net/api, limits as given there. */
export const pushover: Channel<Target> = {
  name: 'pushover',
  label: 'Pushover',
  target: z.strictObject({
    token: key('application token'),
    user: key('user or group key'),
    api: z.string().default('https://api.pushover.net'),
  }),
  fields: [
    { name: 'token', label: 'Application token', isSecret: true },
    { name: 'user', label: 'User or group key', isSecret: true },
  ],
  urls: ({ api }) => [api],
  address: ({ api, user }) => `${new URL(api).host}, user ${user.slice(0, 4)}…`,
  rate: { perMinute: 30, burst: 2 },
  takesImage: true,
  isSigned: false,
  compose: async (message, { token, user, api }) => {
    const { title, link, image, payload } = message
    const fields = {
      ...{ token, user, title: shortened(title, 250), message: shortened(bodyOf(message), 1_024) },
      timestamp: String(Math.floor(Date.parse(payload.timestamp) / 1000)),
      ...(link.length <= 512 && { url: link, url_title: 'mambacast' }),
    }
    return formPost(`${api.replace(/\/$/, '')}/1/messages.json`, fields, image && { name: 'attachment', png: image })
  },
}
