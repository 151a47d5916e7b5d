import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits, to be known by one browser or program only. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** An API token; the prefix makes it easy to find where it should not be. */
export const newToken = (): string => `mambacast_${newSecret()}`

/** What is stored of such a secret: SHA-256 is enough, for nobody can guess 256 bits. Looked up by index, not compared. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
