import { z } from 'zod'
import { bodyOf } from '../message.js'
import { shortened } from '../words.js'
import { type Channel, hostOf } from './channel.js'
import { jsonPost } from './jsonPost.js'

interface Target {
  readonly url: string
}

/** `&`, `<` and `>` are Slack's only control characters (docs.slack.dev/messaging/formatting-message-text). */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Incoming webhook with blocks: docs.slack.dev/reference/block-kit/blocks. It takes no file, so no picture. */
export const slack: Channel<Target> = {
  name: 'slack',
  label: 'Slack (incoming webhook)',
  target: z.strictObject({ url: z.string().min(1) }),
  fields: [{ name: 'url', label: 'Webhook URL', isSecret: true }],
  urls: ({ url }) => [url],
  address: ({ url }) => hostOf(url),
  rate: { perMinute: 60, burst: 3 },
  takesImage: false,
  isSigned: false,
  compose: async (message, { url }) =>
    jsonPost(url, {
      text: escaped(message.title),
      unfurl_links: false,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: shortened(message.title, 150), emoji: false } },
        { type: 'section', text: { type: 'plain_text', text: shortened(bodyOf(message), 3_000), emoji: false } },
        {
          type: 'context',
          elements: [{ type: 'mrkdwn', text: `<${escaped(message.link.replaceAll('|', '%7C'))}|mambacast>` }],
        },
      ],
    }),
}
