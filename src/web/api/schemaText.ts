import type { JsonSchema } from './openapi.js'

/** A JSON schema as a reader wants it: plain words, with the names of the schemas that it is made of apart. */
export interface SchemaText {
  readonly text: string
  /** Schemas that are named in the text. */
  readonly names: readonly string[]
}

/** The name behind a reference to `#/components/schemas/NAME`. */
const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1)

/** What values a schema allows: `string (date)`, `list of Bar`, `number from 0 to 1, or null`. */
export function schemaText(schema: JsonSchema): SchemaText {
  const { $ref, anyOf, enum: values, const: only, type, items, format, minimum, maximum } = schema
  if (typeof $ref === 'string') return { text: nameOf($ref), names: [nameOf($ref)] }
  if (Array.isArray(anyOf))
    return joined(
      anyOf.map((option) => schemaText(option as JsonSchema)),
      ' or ',
    )
  if (Array.isArray(values)) return { text: values.join(' | '), names: [] }
  if (only !== undefined) return { text: String(only), names: [] }
  if (type === 'array') return prefixed('list of ', schemaText((items ?? {}) as JsonSchema))
  if (type === 'object' && schema.properties) return fieldsText(schema.properties as Record<string, JsonSchema>)
  if (type === 'object' && schema.additionalProperties)
    return prefixed('by name: ', schemaText(schema.additionalProperties as JsonSchema))
  const word = type === undefined ? 'anything' : [type].flat().join(' or ')
  return { text: `${word}${format ? ` (${format})` : ''}${rangeText(minimum, maximum)}`, names: [] }
}

/** Whole numbers without bounds of their own carry those that a double can hold. */
function rangeText(minimum: unknown, maximum: unknown): string {
  const isBound = (value: unknown): value is number =>
    typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER
  if (isBound(minimum) && isBound(maximum)) return ` from ${minimum} to ${maximum}`
  if (isBound(minimum)) return ` from ${minimum}`
  return isBound(maximum) ? ` up to ${maximum}` : ''
}

const fieldsText = (properties: Record<string, JsonSchema>): SchemaText => {
  const { text, names } = joined(
    Object.entries(properties).map(([name, field]) => prefixed(`${name}: `, schemaText(field))),
    ', ',
  )
  return { text: `{ ${text} }`, names }
}

const prefixed = (prefix: string, { text, names }: SchemaText): SchemaText => ({ text: prefix + text, names })

const joined = (texts: readonly SchemaText[], separator: string): SchemaText => ({
  text: texts.map(({ text }) => text).join(separator),
  names: [...new Set(texts.flatMap(({ names }) => names))],
})
