import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

const SECRET_BYTES = 32

/** A signing secret, valid until `expiresAt` (ISO 8601), or for good. */
export interface SigningSecret {
  readonly value: string
  readonly expiresAt: string | null
}

/** A new secret as Standard Webhooks 1.0.0 writes it: `whsec_` and base64 of 32 random bytes. */
export const newSecret = (): SigningSecret => ({
  value: `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`,
  expiresAt: null,
})

/** Puts a new secret first; those before it end at `overlapUntil`, if they do not end sooner. */
export function rotated(secrets: readonly SigningSecret[], overlapUntil: Date, now: Date): SigningSecret[] {
  const until = overlapUntil.toISOString()
  const kept = validSecrets(secrets, now)
  return [
    newSecret(),
    ...kept.map(({ value, expiresAt }) => ({ value, expiresAt: expiresAt && expiresAt < until ? expiresAt : until })),
  ]
}

/**
 * Headers `webhook-id`, `webhook-timestamp` (unix seconds of this attempt) and `webhook-signature`, one signature for
 * each valid secret, newest first.
 */
export function signatureHeaders(
  id: string,
  at: Date,
  body: string,
  secrets: readonly SigningSecret[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const signatures = validSecrets(secrets, at).map(({ value }) => new Webhook(value).sign(id, at, body))
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  }
}

const validSecrets = (secrets: readonly SigningSecret[], at: Date): SigningSecret[] =>
  secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > at.toISOString())
