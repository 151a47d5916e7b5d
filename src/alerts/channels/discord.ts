import { z } from 'zod'
import { bodyOf } from '../message.js'
import { shortened } from '../words.js'
import { type Channel, hostOf } from './channel.js'
import { formPost } from './formPost.js'
import { jsonPost } from './jsonPost.js'

interface Target {
  readonly url: string
}

const MARKUP = /[\\`*_~|<>#[\]()-]/g
const BLUE = 0x14508c

/** Execute Webhook with one embed: docs.discord.com/developers/resources/webhook; nobody is ever mentioned. */
export const discord: Channel<Target> = {
  name: 'discord',
  label: 'Discord (webhook)',
  target: z.strictObject({ url: z.string().min(1) }),
  fields: [{ name: 'url', label: 'Webhook URL', isSecret: true }],
  urls: ({ url }) => [url],
  address: ({ url }) => hostOf(url),
  rate: { perMinute: 30, burst: 5 },
  takesImage: true,
  isSigned: false,
  compose: async (message, { url }) => {
    const { title, link, image, payload } = message
    const body = {
      allowed_mentions: { parse: [] },
      embeds: [
        {
          title: shortened(title, 256),
          description: shortened(bodyOf(message).replaceAll(MARKUP, '\\$&'), 4_096),
          ...{ url: link, color: BLUE, timestamp: payload.timestamp },
          ...(image && { image: { url: 'attachment://forecast.png' } }),
        },
      ],
    }
    if (!image) return jsonPost(url, body)
    return formPost(url, { payload_json: JSON.stringify(body) }, { name: 'files[0]', png: image })
  },
}
