import { z } from 'zod'
import { bodyOf } from '../message.js'
import { shortened } from '../words.js'
import type { Channel } from './channel.js'
import { formPost } from './formPost.js'
import { jsonPost } from './jsonPost.js'

interface Target {
  readonly token: string
  readonly chat: string
  readonly api: string
}

/** Bot API, sendMessage and sendPhoto (core.telegram.org/bots/api); without parse mode, so nothing is markup. */
export const telegram: Channel<Target> = {
  name: 'telegram',
  label: 'Telegram (bot)',
  target: z.strictObject({
    token: z.string().regex(/^\d+:[\w-]{20,}$/, 'expected a bot token such as 123456:ABC-DEF…'),
    chat: z.string().regex(/^(-?\d{1,20}|@\w{4,64})$/, 'expected a chat id, or @channel'),
    api: z.string().default('https://api.telegram.org'),
  }),
  fields: [
    { name: 'token', label: 'Bot token', isSecret: true },
    { name: 'chat', label: 'Chat id or @channel', isSecret: false },
  ],
  urls: ({ api }) => [api],
  address: ({ chat, api }) => `${new URL(api).host}, chat ${chat}`,
  rate: { perMinute: 20, burst: 1 },
  takesImage: true,
  isSigned: false,
  compose: async (message, { token, chat, api }) => {
    const { title, link, image } = message
    const method = (name: string) => `${api.replace(/\/$/, '')}/bot${token}/${name}`
    const text = (length: number) =>
      `${shortened(`${title}\n\n${bodyOf(message)}`, length - link.length - 2)}\n\n${link}`
    if (image)
      return formPost(method('sendPhoto'), { chat_id: chat, caption: text(1_024) }, { name: 'photo', png: image })
    return jsonPost(method('sendMessage'), {
      chat_id: chat,
      text: text(4_096),
      link_preview_options: { is_disabled: true },
    })
  },
}
