import { expect, test } from 'vitest'
import { z } from 'zod'
import { CHANNELS, channelOf, targetOf } from '../../../src/alerts/channels/channels.js'
import { forecastPayload } from '../../../src/alerts/payloads.js'
import { newSecret } from '../../../src/alerts/signature.js'
import { type OpenEndpoint, Transport } from '../../../src/alerts/transport.js'
import { alertConfig } from '../../support/alertSettings.js'
import { forecastFacts } from '../../support/forecastFacts.js'
import { type Received, receiver } from '../../support/receiver.js'

const context = { publicUrl: 'https://cast.example.com', now: new Date('2025-06-13T22:00:00Z') }
const plot = {
  closes: Array.from({ length: 60 }, (_, i) => 100 + Math.sin(i)),
  quantiles: forecastFacts().forecast.quantiles,
}
const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

/** What a channel sends to its receiver, for an alert of a ticker of that name. */
async function sent(
  name: string,
  target: Record<string, string>,
  given: { ticker?: string; plot?: typeof plot; template?: string } = {},
) {
  const { url, received } = await receiver()
  const channel = channelOf(name)
  const settings = Object.fromEntries(Object.entries(target).map(([key, value]) => [key, value.replace('URL', url)]))
  const endpoint: OpenEndpoint = {
    ...{ channel, target: targetOf(channel, settings), secrets: [newSecret()], template: given.template ?? null },
  }
  const transport = new Transport({ policy: alertConfig().alerts, timeoutMs: 5_000 })
  const facts = forecastFacts(given.ticker === undefined ? {} : { ticker: given.ticker })
  const reasons = [{ rule: 'direction' as const, value: 1, limit: 'up', sentence: 'It points up.' }]
  const payload = forecastPayload('forecast.large_move', facts, reasons, context)
  const answer = await transport.send({ id: 'msg_1', payload, plot: given.plot ?? null }, endpoint, new Date())
  transport.close()
  expect(answer.status).toBe(204)
  expect(received).toHaveLength(1)
  return received[0]!
}

const json = ({ body }: Received): unknown => JSON.parse(String(body))
const form = ({ body, headers }: Received) =>
  new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type']! } }).formData()
const picture = async (file: unknown) => Buffer.from(await (file as File).arrayBuffer())

/** Longest and nastiest: markup of every channel, mentions, line breaks, header and control characters. */
const NASTY = `<!channel> @everyone *b* _i_ [x](javascript:alert(1)) <b>&amp;</b> \r\nBcc: x@y.z\u0000\u202e ${'long '.repeat(2_000)}`

const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max), emoji: z.boolean() })

/** docs.slack.dev/reference/block-kit/blocks: at most 50 blocks, header 150, section 3000 characters. */
const slackSchema = z.strictObject({
  text: z.string().min(1).max(40_000),
  unfurl_links: z.boolean(),
  blocks: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('header'), text: plainText(150) }),
        z.strictObject({ type: z.literal('section'), text: plainText(3_000) }),
        z.strictObject({
          type: z.literal('context'),
          elements: z.array(z.strictObject({ type: z.literal('mrkdwn'), text: z.string().max(3_000) })).max(10),
        }),
      ]),
    )
    .max(50),
})

/** docs.discord.com/developers/resources/message#embed-object-embed-limits */
const discordSchema = z.strictObject({
  allowed_mentions: z.strictObject({ parse: z.array(z.never()) }),
  embeds: z
    .array(
      z.strictObject({
        title: z.string().max(256),
        description: z.string().max(4_096),
        url: z.url({ protocol: /^https?$/ }),
        color: z.int().min(0).max(0xffffff),
        timestamp: z.iso.datetime(),
        image: z.strictObject({ url: z.literal('attachment://forecast.png') }).optional(),
      }),
    )
    .length(1),
})

/** core.telegram.org/bots/api#sendmessage and #sendphoto */
const telegramSchema = z.strictObject({
  chat_id: z.string(),
  text: z.string().min(1).max(4_096),
  link_preview_options: z.strictObject({ is_disabled: z.literal(true) }),
})

/** adaptivecards.io/schemas/1.4.0/adaptive-card.json, within a message of a Workflows webhook (28 kB at most). */
const teamsSchema = z.strictObject({
  type: z.literal('message'),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: z.strictObject({
          $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
          type: z.literal('AdaptiveCard'),
          version: z.literal('1.4'),
          body: z.array(
            z.strictObject({
              type: z.literal('TextBlock'),
              text: z.string().min(1),
              wrap: z.boolean(),
              size: z.enum(['Small', 'Default', 'Medium', 'Large', 'ExtraLarge']).optional(),
              weight: z.enum(['Default', 'Lighter', 'Bolder']).optional(),
              isSubtle: z.boolean().optional(),
              spacing: z.enum(['None', 'Small', 'Default', 'Medium', 'Large']).optional(),
            }),
          ),
          actions: z.array(z.strictObject({ type: z.literal('Action.OpenUrl'), title: z.string(), url: z.url() })),
        }),
      }),
    )
    .length(1),
})

/** docs.ntfy.sh/publish/#publish-as-json */
const ntfySchema = z.strictObject({
  topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/),
  title: z.string().max(250),
  message: z.string().max(4_096),
  click: z.url(),
})

/** pushover.net/api#messages */
const pushoverSchema = z.strictObject({
  token: z.string().length(30),
  user: z.string().length(30),
  title: z.string().max(250),
  message: z.string().min(1).max(1_024),
  timestamp: z.string().regex(/^\d{10}$/),
  url: z.string().max(512).optional(),
  url_title: z.string().max(100).optional(),
})

const KEY = 'a'.repeat(30)
const targets = {
  webhook: { url: 'URL/hook' },
  slack: { url: 'URL/services/T0/B0/secret' },
  discord: { url: 'URL/api/webhooks/1/secret' },
  telegram: { token: `123456:${'A'.repeat(35)}`, chat: '-100123', api: 'URL' },
  teams: { url: 'URL/workflows/secret' },
  ntfy: { server: 'URL', topic: 'prices', token: 'tk_secret' },
  pushover: { token: KEY, user: KEY, api: 'URL' },
}

test.each([
  ['slack', slackSchema],
  ['discord', discordSchema],
  ['telegram', telegramSchema],
  ['teams', teamsSchema],
  ['ntfy', ntfySchema],
] as const)('%s gets what its documentation asks for, however nasty the words', async (name, schema) => {
  for (const given of [{}, { ticker: NASTY }, { template: `${NASTY} {{ data.ticker }}` }]) {
    const request = await sent(name, targets[name], given)
    schema.parse(json(request))
    expect(request.body.length).toBeLessThan(28_000)
    expect(JSON.stringify(request.headers)).not.toMatch(/Bcc|everyone/)
    for (const hidden of ['\u0000', '\u202e']) expect(String(request.body)).not.toContain(hidden)
  }
})

test('words of others become no markup and mention nobody', async () => {
  const slack = String((await sent('slack', targets.slack, { ticker: '<!channel> &' })).body)
  expect(JSON.parse(slack).text).toContain('&lt;!channel&gt; &amp;')
  const discord = json(await sent('discord', targets.discord, { template: '**b** [x](y) @everyone' })) as {
    embeds: { description: string }[]
  }
  expect(discord.embeds[0]!.description).toBe('\\*\\*b\\*\\* \\[x\\]\\(y\\) @everyone')
  const telegram = json(await sent('telegram', targets.telegram, { ticker: '<b>x</b>' }))
  expect(telegram).not.toHaveProperty('parse_mode')
})

test('pictures go where the channel takes them', async () => {
  const discord = await form(await sent('discord', targets.discord, { plot }))
  discordSchema.parse(JSON.parse(String(discord.get('payload_json'))))
  const telegramRequest = await sent('telegram', targets.telegram, { plot, ticker: NASTY })
  expect(telegramRequest.path).toBe(`/bot${targets.telegram.token}/sendPhoto`)
  const telegram = await form(telegramRequest)
  expect([...telegram.keys()].sort()).toEqual(['caption', 'chat_id', 'photo'])
  expect(String(telegram.get('caption')).length).toBeLessThanOrEqual(1_024)
  const pushoverRequest = await sent('pushover', targets.pushover, { plot, ticker: NASTY })
  expect(pushoverRequest.path).toBe('/1/messages.json')
  const { attachment, ...fields } = Object.fromEntries(await form(pushoverRequest))
  pushoverSchema.parse(fields)
  const ntfy = await sent('ntfy', targets.ntfy, { plot, ticker: NASTY })
  expect(ntfy).toMatchObject({ method: 'PUT', headers: { authorization: 'Bearer tk_secret' } })
  expect([...new URL(ntfy.path, 'http://x').searchParams.keys()]).toEqual(['title', 'message', 'click', 'filename'])
  for (const file of [discord.get('files[0]'), telegram.get('photo'), attachment])
    expect((await picture(file)).subarray(0, 8)).toEqual(PNG)
  expect(ntfy.body.subarray(0, 8)).toEqual(PNG)
  expect(ntfy.body.length).toBeLessThan(50_000)
})

test('every channel says where it sends without its secrets, and names what it lacks', () => {
  for (const channel of CHANNELS) {
    const target = {
      ...targets,
      email: { server: 'smtps://u:secret@mail.example.com', from: 'a@example.com', to: 'b@example.com' },
    }[channel.name]!
    const filled = Object.fromEntries(
      Object.entries(target).map(([key, value]) => [key, value.replace('URL', 'https://example.com')]),
    )
    const address = channel.address(targetOf(channel, filled))
    expect(address).not.toMatch(/secret|AAAA|a{30}/)
    expect(() => targetOf(channel, {})).toThrow('is missing')
  }
  expect(() => targetOf(channelOf('ntfy'), { topic: 'a/b?c', token: 'x\r\ny' })).toThrow(/topic.*\n.*token/)
})
