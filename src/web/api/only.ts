import type { z } from 'zod'

/** The fields of `row` that the schema knows: a column that is added to a table does not show up in answers by itself. */
export const only = (schema: z.ZodObject, row: object): Record<string, unknown> => {
  const values = row as Record<string, unknown>
  return Object.fromEntries(Object.keys(schema.shape).flatMap((key) => (key in values ? [[key, values[key]]] : [])))
}
