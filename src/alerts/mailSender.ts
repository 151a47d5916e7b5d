import { createTransport } from 'nodemailer'
import { type AddressPolicy, isListed, permittedAddresses, type Resolve } from './addressPolicy.js'
import type { MailRequest } from './channels/channel.js'
import type { Answer } from './httpSender.js'

export interface MailSenderOptions {
  readonly policy: AddressPolicy
  readonly resolve: Resolve
  readonly timeoutMs: number
}

/** Ports of mail submission: RFC 6409 and RFC 8314; others only where every port is allowed. */
const PORTS = [465, 587, 2525]

/** Sends mails to judged servers only: the name is resolved here, and that address is connected to. */
export class MailSender {
  constructor(private readonly options: MailSenderOptions) {}

  /** Never throws for what the other side does; `status` is the SMTP reply code. */
  async send(mail: MailRequest): Promise<Answer> {
    const started = performance.now()
    try {
      const text = await withinTime(this.#deliver(mail), this.options.timeoutMs)
      return { status: 250, retryAfter: undefined, text, latencyMs: Math.round(performance.now() - started) }
    } catch (error) {
      const { responseCode, message } = error as Error & { responseCode?: number }
      const latencyMs = Math.round(performance.now() - started)
      return { status: responseCode ?? null, retryAfter: undefined, text: message.slice(0, 500), latencyMs }
    }
  }

  async #deliver({ server, image, ...mail }: MailRequest): Promise<string> {
    const { policy, resolve, timeoutMs } = this.options
    const { hostname, port, protocol, username, password } = new URL(server.replace(/^smtp/, 'http'))
    const isImplicitTls = protocol === 'https:'
    const number = Number(port || (isImplicitTls ? 465 : 587))
    const host = hostname.replace(/[[\]]/g, '')
    if (!isListed(host, policy)) throw new Error(`${host} is not on the list of allowed hosts`)
    if (policy.allowPorts.length > 0 && !PORTS.includes(number))
      throw new Error(`port ${number} is none of mail submission`)
    const [address] = await permittedAddresses(host, policy, resolve)
    const transport = createTransport({
      ...{ host: address!, port: number, secure: isImplicitTls, requireTLS: !isImplicitTls && !policy.allowHttp },
      tls: { servername: host },
      ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
      ...{ disableFileAccess: true, disableUrlAccess: true },
      ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    })
    try {
      const attachments = image ? [{ filename: 'forecast.png', content: image, cid: 'forecast' }] : []
      return (await transport.sendMail({ ...mail, to: [...mail.to], attachments })).response
    } finally {
      transport.close()
    }
  }
}

/** Time-outs of sockets begin anew with each byte; this one does not. */
async function withinTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`no answer within ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
