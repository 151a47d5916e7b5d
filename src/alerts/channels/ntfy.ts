import { z } from 'zod'
import { bodyOf } from '../message.js'
import { shortened } from '../words.js'
import type { Channel } from './channel.js'
import { jsonPost } from './jsonPost.js'

interface Target {
  readonly server: string
  readonly topic: string
  readonly token?: string | undefined
}

/**
 * ntfy: JSON to the server's root, or with a picture a PUT of the file to the topic (docs.ntfy.sh/publish). Text goes in
 * the body or the query, never in a header.
 */
export const ntfy: Channel<Target> = {
  name: 'ntfy',
  label: 'ntfy',
  target: z.strictObject({
    server: z.string().default('https://ntfy.sh'),
    topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/, 'expected up to 64 letters, digits, - or _'),
    token: z
      .string()
      .regex(/^[\w.-]+$/)
      .optional(),
  }),
  fields: [
    { name: 'topic', label: 'Topic', isSecret: false },
    { name: 'server', label: 'Server (default https://ntfy.sh)', isSecret: false },
    { name: 'token', label: 'Access token', isSecret: true },
  ],
  urls: ({ server }) => [server],
  address: ({ server, topic }) => `${new URL(server).host}, topic ${topic}`,
  rate: { perMinute: 12, burst: 10 },
  takesImage: true,
  isSigned: false,
  compose: async (message, { server, topic, token }) => {
    const { title, link, image } = message
    const text = {
      title: shortened(title, 250),
      message: shortened(bodyOf(message), image ? 1_000 : 2_000),
      click: link,
    }
    const authorization = token ? { authorization: `Bearer ${token}` } : undefined
    const root = server.replace(/\/$/, '')
    const request = image
      ? {
          ...{
            url: `${root}/${topic}?${new URLSearchParams({ ...text, filename: 'forecast.png' })}`,
            method: 'PUT' as const,
          },
          ...{ body: image, headers: { 'content-type': 'image/png', 'user-agent': 'mambacast' } },
        }
      : jsonPost(`${root}/`, { topic, ...text })
    return { ...request, headers: { ...request.headers, ...authorization } }
  },
}
