import type { AlertPayload, AlertPlot } from '../domain/alert.js'
import { type AddressPolicy, type Resolve, resolveHost } from './addressPolicy.js'
import type { Channel } from './channels/channel.js'
import { type Answer, HttpSender } from './httpSender.js'
import { MailSender } from './mailSender.js'
import { alertMessage } from './message.js'
import type { SigningSecret } from './signature.js'

export interface TransportOptions {
  readonly policy: AddressPolicy
  readonly timeoutMs: number
  readonly resolve?: Resolve
}

/** Where an alert goes, its secrets in the clear. */
export interface OpenEndpoint {
  readonly channel: Channel
  readonly target: Readonly<Record<string, string>>
  readonly secrets: readonly SigningSecret[]
  readonly template: string | null
}

export interface SentAlert {
  readonly id: string
  readonly payload: AlertPayload
  readonly plot: AlertPlot | null
}

/** Carries one alert to one endpoint, by whatever its channel speaks. */
export class Transport {
  readonly #http: HttpSender
  readonly #mail: MailSender

  constructor({ policy, timeoutMs, resolve = resolveHost }: TransportOptions) {
    this.#http = new HttpSender({ policy, resolve, timeoutMs })
    this.#mail = new MailSender({ policy, resolve, timeoutMs })
  }

  /** One attempt. Never throws for what the other side does. @throws when `signal` aborts. */
  async send(alert: SentAlert, endpoint: OpenEndpoint, at: Date, signal?: AbortSignal): Promise<Answer> {
    const { channel, target, secrets, template } = endpoint
    const message = await alertMessage(alert, template, channel.takesImage)
    const request = await channel.compose(message, target, { at, secrets })
    return 'server' in request ? this.#mail.send(request) : this.#http.send(request, signal)
  }

  close(): void {
    this.#http.close()
  }
}
