import type { Context } from 'hono'
import { UserError } from '../domain/errors.js'

/** The fields of a posted form, each with all its values. @throws UserError when the body is no form. */
export async function readForm(c: Context): Promise<Readonly<Record<string, readonly string[]>>> {
  const body = await c.req.parseBody({ all: true }).catch((cause: unknown) => {
    throw new UserError('The form cannot be read.', { exitCode: 2, cause })
  })
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, [value].flat().map(String)]))
}
