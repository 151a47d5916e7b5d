import { z } from 'zod'
import { shortened } from '../words.js'
import { type Channel, hostOf } from './channel.js'
import { jsonPost } from './jsonPost.js'

interface Target {
  readonly url: string
}

/** Text blocks read a subset of Markdown; a backslash takes its meaning away. */
const literal = (text: string): string => text.replaceAll(/[\\`*_[\]()#>!-]/g, '\\$&')

const block = (text: string, more: object = {}) => ({
  type: 'TextBlock',
  text: shortened(literal(text), 5_000),
  wrap: true,
  ...more,
})

/**
 * Workflows webhook with an Adaptive Card 1.4 (learn.microsoft.com, "Create incoming webhooks with Workflows"; schema:
 * adaptivecards.io/schemas/1.4.0/adaptive-card.json). Pictures have to be on the web, so there is none.
 */
export const teams: Channel<Target> = {
  name: 'teams',
  label: 'Microsoft Teams (Workflows webhook)',
  target: z.strictObject({ url: z.string().min(1) }),
  fields: [{ name: 'url', label: 'Webhook URL', isSecret: true }],
  urls: ({ url }) => [url],
  address: ({ url }) => hostOf(url),
  rate: { perMinute: 60, burst: 4 },
  takesImage: false,
  isSigned: false,
  compose: async ({ title, text, reasons, link }, { url }) =>
    jsonPost(url, {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            ...{ type: 'AdaptiveCard', version: '1.4' },
            body: [
              block(title, { size: 'Large', weight: 'Bolder' }),
              block(text),
              ...reasons.map((reason) => block(reason, { isSubtle: true, spacing: 'Small' })),
            ],
            actions: [{ type: 'Action.OpenUrl', title: 'Open mambacast', url: link }],
          },
        },
      ],
    }),
}
