import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { UserError } from '../domain/errors.js'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/** Keeps what endpoints are secret about: AES-256-GCM, bound to the row it is stored in. */
export interface Vault {
  /** @param context Id of the row; sealed bytes open in no other one. */
  seal(value: unknown, context: string): Buffer
  /** @throws UserError when no key opens it. */
  open(sealed: Uint8Array, context: string): unknown
}

/**
 * A vault of the keys in `MAMBACAST_ALERT_KEY`: base64 of 32 bytes each, several separated by commas while keys change.
 * The first one seals, all of them open.
 *
 * @throws UserError (exit code 2) saying how to make a key, when there is none or one is not 32 bytes.
 */
export function createVault(setting: string | undefined): Vault {
  const how = 'make one with: openssl rand -base64 32, keep it, and set it as MAMBACAST_ALERT_KEY'
  if (!setting?.trim())
    throw new UserError(`alerts keep their secrets encrypted and need a key: ${how}`, { exitCode: 2 })
  const keys = setting.split(',').map((text) => Buffer.from(text.trim(), 'base64'))
  if (keys.some((key) => key.length !== KEY_BYTES))
    throw new UserError(`MAMBACAST_ALERT_KEY is not base64 of 32 bytes: ${how}`, { exitCode: 2 })
  return {
    seal: (value, context) => seal(keys[0]!, JSON.stringify(value), context),
    open: (sealed, context) => {
      for (const key of keys) {
        const text = unseal(key, sealed, context)
        if (text !== undefined) return JSON.parse(text)
      }
      throw new UserError(
        'MAMBACAST_ALERT_KEY does not open the secrets that are stored: set the key they were stored with',
      )
    },
  }
}

/** nonce ‖ tag ‖ ciphertext */
function seal(key: Buffer, text: string, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(context))
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext])
}

function unseal(key: Buffer, sealed: Uint8Array, context: string): string | undefined {
  const [nonce, tag] = [sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)]
  try {
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(context)).setAuthTag(tag)
    return decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined // A wrong key and changed bytes look the same; the caller says so.
  }
}
