import { z } from 'zod'
import type { Endpoint } from './endpoint.js'
import { problemSchema } from './schemas.js'

export type JsonSchema = { readonly [key: string]: unknown }

export interface Operation {
  readonly operationId: string
  readonly tags: readonly [string]
  readonly summary: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required: true; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>

/** The parts of an OpenAPI 3.1 document that this one has. */
export interface ApiDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly [{ readonly url: string }]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

const DESCRIPTION =
  'JSON of all that the pages show. Lists come in pages: follow next. Answers carry an ETag; ask with If-None-Match and ' +
  'you are told 304 when nothing has changed. Errors are application/problem+json (RFC 9457). Returns and errors are in ' +
  'percent of the previous adjusted close.'

/** Describes endpoints as OpenAPI 3.1, from the schemas that check their input and describe their answers. */
export function openapiDocument(endpoints: readonly Endpoint[], version: string): ApiDocument {
  const components = new Components()
  const paths: Record<string, Record<string, Operation>> = {}
  for (const endpoint of endpoints) {
    const { path, method } = endpoint
    paths[path] = { ...paths[path], [method]: operationOf(endpoint, components) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'mambacast', version, description: DESCRIPTION },
    servers: [{ url: '/api/v1' }],
    paths,
    components: { schemas: components.schemas },
  }
}

function operationOf(endpoint: Endpoint, components: Components): Operation {
  const { method, path, group, summary, params, query, body, status, answer } = endpoint
  const parameters = [...parametersOf(params, 'path', components), ...parametersOf(query, 'query', components)]
  const content = (type: string, schema: JsonSchema): { content: Content } => ({ content: { [type]: { schema } } })
  const answered =
    answer === null
      ? {}
      : typeof answer === 'string'
        ? content(answer, { type: 'string' })
        : content('application/json', components.of(answer, 'output'))
  return {
    operationId: `${method}${path.replace(/[^A-Za-z0-9]+(.)?/g, (_, letter = '') => letter.toUpperCase())}`,
    tags: [group],
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, ...content('application/json', components.of(body, 'input')) } }),
    responses: {
      [status]: { description: 'As asked for.', ...answered },
      default: {
        description: 'Why not.',
        ...content('application/problem+json', components.of(problemSchema, 'output')),
      },
    },
  }
}

function parametersOf(fields: z.ZodObject | undefined, place: Parameter['in'], components: Components): Parameter[] {
  return Object.entries(fields?.shape ?? {}).map(([name, field]) => {
    const { description, ...schema } = components.of(field as z.ZodType, 'input')
    const required = place === 'path' || !(field as z.ZodType).safeParse(undefined).success
    return { name, in: place, required, ...(typeof description === 'string' && { description }), schema }
  })
}

/** Turns zod schemas into JSON schemas; those that have an id are told once, under their names. */
class Components {
  readonly schemas: Record<string, JsonSchema> = {}

  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const made = z.toJSONSchema(schema, {
      ...{ io, unrepresentable: 'any' },
      override: ({ jsonSchema }) => dropPattern(jsonSchema),
    })
    const placed = JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/')
    const { $schema: _, $defs = {}, ...own } = JSON.parse(placed) as JsonSchema & { $defs?: Record<string, JsonSchema> }
    Object.assign(this.schemas, $defs)
    return own
  }
}

/** Where there is a format, its regular expression says nothing more to a reader. */
function dropPattern(schema: { format?: string | undefined; pattern?: string | undefined }): void {
  if (schema.format) delete schema.pattern
}
