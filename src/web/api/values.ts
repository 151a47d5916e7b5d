import { z } from 'zod'

/** Text that may be asked for in the database: PostgreSQL's holds no NUL. */
export const plainText = z.string().refine((text) => !text.includes('\0'), 'it holds a NUL character')

/** A session that may be asked for: PostgreSQL knows no year 0. */
export const sessionDate = z.iso.date().refine((date) => date >= '0001', 'there is no year 0')

/** A whole number that fits into PostgreSQL's `integer`. */
export const int32 = z.coerce
  .number()
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1)
