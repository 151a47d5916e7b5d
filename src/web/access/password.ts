import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import pLimit from 'p-limit'
import { UserError } from '../../domain/errors.js'

const derive = promisify<Buffer, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt)

/** OWASP Password Storage Cheat Sheet: N = 2^15, r = 8, p = 3 takes 32 MiB. */
const COST = { logN: 15, r: 8, p: 3 } as const
const SALT_BYTES = 16
const KEY_BYTES = 32
const MIN_LENGTH = 12
const MAX_LENGTH = 1_024

/** However many try to log in, two at a time may hold memory and a thread. */
const limit = pLimit(2)

/** @throws UserError (exit code 2) when a password is too short to be safe, or absurdly long. */
export function checkPassword(password: string): void {
  if (password.length < MIN_LENGTH)
    throw new UserError(`a password has at least ${MIN_LENGTH} characters`, { exitCode: 2 })
  if (password.length > MAX_LENGTH)
    throw new UserError(`a password has at most ${MAX_LENGTH} characters`, { exitCode: 2 })
}

/** The scrypt hash (RFC 7914) of a password, as `$scrypt$ln=15,r=8,p=3$SALT$KEY`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const { logN, r, p } = COST
  const key = await keyOf(password, salt, COST)
  return `$scrypt$ln=${logN},r=${r},p=${p}$${salt.toString('base64url')}$${key.toString('base64url')}`
}

const PATTERN = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]+)\$([\w-]+)$/

/** What nobody's password hashes to: a name that is unknown takes as long as a wrong password. */
const NOBODY = `$scrypt$ln=${COST.logN},r=${COST.r},p=${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`

/** Whether that is the password behind the hash; without one it never is, in the same time. */
export async function isPassword(password: string, hash: string = NOBODY): Promise<boolean> {
  const [, logN, r, p, salt, key] = PATTERN.exec(hash) ?? []
  if (password.length > MAX_LENGTH || !salt || !key) return false
  const expected = Buffer.from(key, 'base64url')
  const found = await keyOf(password, Buffer.from(salt, 'base64url'), {
    logN: Number(logN),
    r: Number(r),
    p: Number(p),
  })
  return timingSafeEqual(found, expected) && hash !== NOBODY
}

/** NFKC, so that one password typed on two systems is the same (RFC 8265). */
const keyOf = (password: string, salt: Buffer, { logN, r, p }: { logN: number; r: number; p: number }) =>
  limit(() =>
    derive(Buffer.from(password.normalize('NFKC')), salt, KEY_BYTES, {
      N: 2 ** logN,
      r,
      p,
      maxmem: 2 ** (logN + 8) * r,
    }),
  )
