import { randomUUID } from 'node:crypto'

/** An id that is unique, holds no full stop (it is signed between full stops), and stays the same over retries. */
export const newAlertId = (): string => `msg_${randomUUID().replaceAll('-', '')}`
