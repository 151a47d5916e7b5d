import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { expect, onTestFinished, test } from 'vitest'
import { channelOf, targetOf } from '../../src/alerts/channels/channels.js'
import { testPayload } from '../../src/alerts/payloads.js'
import { Transport } from '../../src/alerts/transport.js'
import { alertConfig } from '../support/alertSettings.js'
import { forecastFacts } from '../support/forecastFacts.js'

const payload = testPayload({ publicUrl: 'https://cast.example.com', now: new Date('2025-06-13T22:00:00Z') })
const plot = { closes: [100, 101, 99], quantiles: forecastFacts().forecast.quantiles }

interface Mail {
  readonly from: string
  readonly to: readonly string[]
  readonly user: string | undefined
  readonly source: string
}

/** A real SMTP server on loopback that takes one account. */
async function mailServer(refuse?: { code: number; text: string }) {
  const mails: Mail[] = []
  const server = new SMTPServer({
    ...{ disabledCommands: ['STARTTLS'], allowInsecureAuth: true, authOptional: true },
    onAuth: ({ username, password }, _, done) =>
      password === 'p@ss' ? done(null, { user: username! }) : done(new Error('wrong password')),
    onRcptTo: (_, __, done) => done(refuse && Object.assign(new Error(refuse.text), { responseCode: refuse.code })),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom ? mailFrom.address : ''
        const to = rcptTo.map(({ address }) => address)
        mails.push({ from, to, user: session.user as string | undefined, source: Buffer.concat(chunks).toString() })
        done()
      })
    },
  })
  server.on('error', () => {})
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(() => void server.close())
  return { mails, port: (listening.address() as AddressInfo).port }
}

async function send(
  server: string,
  given: { title?: string; withPlot?: boolean; timeoutMs?: number; allowNetworks?: string[] } = {},
) {
  const channel = channelOf('email')
  const target = targetOf(channel, { server, from: 'cast@example.com', to: 'a@example.com, b@example.com' })
  const policy = alertConfig({ ...(given.allowNetworks && { allowNetworks: given.allowNetworks }) }).alerts
  const transport = new Transport({ policy, timeoutMs: given.timeoutMs ?? 5_000 })
  const data = { ...payload.data, title: given.title ?? payload.data.title }
  const alert = { id: 'msg_1', payload: { ...payload, data }, plot: given.withPlot ? plot : null }
  return transport.send(alert, { channel, target, secrets: [], template: null }, new Date())
}

test('a mail arrives with text, HTML and picture, at everybody, under one message id', async () => {
  const { mails, port } = await mailServer()
  const answer = await send(`smtp://user:p%40ss@127.0.0.1:${port}`, { withPlot: true })
  expect(answer.status).toBe(250)
  expect(mails).toMatchObject([{ from: 'cast@example.com', to: ['a@example.com', 'b@example.com'], user: 'user' }])
  const [{ source }] = mails as [Mail]
  for (const part of [
    'Subject: Test alert',
    'Message-ID: <msg_1@mambacast>',
    'text/plain',
    'text/html',
    'image/png',
    'Content-Id: <forecast>',
  ])
    expect(source.toLowerCase()).toContain(part.toLowerCase())
})

test('a title cannot become a header', async () => {
  const { mails, port } = await mailServer()
  await send(`smtp://127.0.0.1:${port}`, { title: 'x\r\nBcc: evil@example.com\r\n\r\n<b>body</b>' })
  const [headers] = mails[0]!.source.split('\r\n\r\n') as [string]
  expect(headers).not.toMatch(/^Bcc:/m)
  expect(mails[0]!.to).toEqual(['a@example.com', 'b@example.com'])
})

test('what the server refuses is a failure with its code', async () => {
  const { port } = await mailServer({ code: 550, text: 'no such box' })
  expect(await send(`smtp://127.0.0.1:${port}`)).toMatchObject({ status: 550 })
  expect(await send(`smtp://user:wrong@127.0.0.1:${port}`)).toMatchObject({ status: 535 })
})

test('a server that says nothing is given up in time', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  const answer = await send(`smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`, { timeoutMs: 200 })
  expect(answer.status).toBeNull()
})

test('a server inside is refused unless it is allowed', async () => {
  const { mails, port } = await mailServer()
  const answer = await send(`smtp://127.0.0.1:${port}`, { allowNetworks: [] })
  expect(answer).toMatchObject({ status: null, text: expect.stringContaining('not public (loopback)') })
  expect(mails).toEqual([])
})
