import type { z } from 'zod'
import type { HttpRequest } from '../httpSender.js'
import type { AlertMessage } from '../message.js'
import type { SigningSecret } from '../signature.js'

/** An e-mail as the SMTP sender takes it. */
export interface MailRequest {
  /** `smtps://user:password@host:465` or `smtp://host:587`. */
  readonly server: string
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly messageId: string
  /** PNG, shown in the HTML part. */
  readonly image: Buffer | null
}

export interface ComposeContext {
  readonly at: Date
  /** Valid and expired ones; only the channel `webhook` signs. */
  readonly secrets: readonly SigningSecret[]
}

/** A way to reach people or programs. A new one is a file like its neighbours and a line in channels.ts. */
export interface Channel<T = Readonly<Record<string, string>>> {
  readonly name: string
  /** For a form or a help text. */
  readonly label: string
  /** What it needs to know, by name. Everything in it is kept encrypted. */
  readonly target: z.ZodType<T>
  /** Names and descriptions of what `target` takes, `secret` where it must not be shown. */
  readonly fields: readonly { readonly name: string; readonly label: string; readonly isSecret: boolean }[]
  /** URLs in the target that have to be judged before it is stored. */
  urls(target: T): readonly string[]
  /** The target as it may be shown: no secret in it. */
  address(target: T): string
  /** Alerts a minute that the other side takes, and how many at once. */
  readonly rate: { readonly perMinute: number; readonly burst: number }
  readonly takesImage: boolean
  readonly isSigned: boolean
  compose(message: AlertMessage, target: T, context: ComposeContext): Promise<HttpRequest | MailRequest>
}

/** Host of a URL whose path is a secret. */
export const hostOf = (url: string): string => `${new URL(url).host}/…`
