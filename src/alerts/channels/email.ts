import { z } from 'zod'
import { bodyOf } from '../message.js'
import { oneLine } from '../words.js'
import type { Channel } from './channel.js'

interface Target {
  readonly server: string
  readonly from: string
  readonly to: string
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (c) => ENTITIES[c]!)

/** E-mail by SMTP: plain text, and HTML with the picture in it. */
export const email: Channel<Target> = {
  name: 'email',
  label: 'E-mail (SMTP)',
  target: z.strictObject({
    server: z.string().regex(/^smtps?:\/\//, 'expected smtps://user:password@host:465 or smtp://host:587'),
    from: z.email(),
    to: z
      .string()
      .refine(
        (list) => addresses(list).every((address) => z.email().safeParse(address).success),
        'expected e-mail addresses, separated by commas',
      ),
  }),
  fields: [
    { name: 'server', label: 'Server, smtps://user:password@host', isSecret: true },
    { name: 'from', label: 'From', isSecret: false },
    { name: 'to', label: 'To', isSecret: false },
  ],
  urls: () => [],
  address: ({ to, server }) => `${to} by ${new URL(server).hostname}`,
  rate: { perMinute: 30, burst: 5 },
  takesImage: true,
  isSigned: false,
  compose: async (message, { server, from, to }) => {
    const { id, title, link, image } = message
    const paragraphs = bodyOf(message)
      .split('\n')
      .map((line) => `<p>${escaped(line)}</p>`)
    const picture = image
      ? '<p><img src="cid:forecast" width="480" height="200" alt="Closes so far and the range of the next"></p>'
      : ''
    return {
      ...{ server, from, to: addresses(to), subject: oneLine(title, 150), image },
      text: `${bodyOf(message)}\n\n${link}\n`,
      html: `<h2>${escaped(title)}</h2>${picture}${paragraphs.join('')}<p><a href="${escaped(link)}">mambacast</a></p>`,
      messageId: `<${id}@mambacast>`,
    }
  },
}

const addresses = (list: string): string[] => list.split(',').map((address) => address.trim())
