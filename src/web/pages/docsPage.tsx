import type { ApiDocument, JsonSchema, Operation } from '../api/openapi.js'
import { schemaText } from '../api/schemaText.js'
import { type Frame, Layout } from './layout.js'

interface Described {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

/** The API for those who write programs, from the same document that programs read. */
export function DocsPage({ frame, document }: { frame: Frame; document: ApiDocument }) {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
  const groups = [...new Set(described.map(({ operation }) => operation.tags[0]))]
  const server = document.servers[0].url
  return (
    <Layout frame={frame} title="API" section="/docs">
      <div class="page-head">
        <div>
          <h1>API</h1>
          <p class="lede">{document.info.description}</p>
          <p class="lede">
            Programs read <a href={`${server}/openapi.json`}>openapi.json</a> (OpenAPI {document.openapi}). Large moves
            that are expected come as <a href="/feeds">feed and calendar</a>. Where people log in, send a token:
          </p>
          <pre class="example">curl -H 'Authorization: Bearer TOKEN' https://HOST{server}/overview</pre>
        </div>
      </div>
      {groups.map((group) => (
        <section class="api-group">
          <h2>{group}</h2>
          {described
            .filter(({ operation }) => operation.tags[0] === group)
            .map((one) => (
              <OperationCard {...one} server={server} />
            ))}
        </section>
      ))}
      <section class="api-group" id="schemas">
        <h2>Schemas</h2>
        {Object.entries(document.components.schemas).map(([name, schema]) => (
          <SchemaCard name={name} schema={schema} />
        ))}
      </section>
    </Layout>
  )
}

function OperationCard({ method, path, operation, server }: Described & { server: string }) {
  const { operationId, summary, parameters = [], requestBody, responses } = operation
  const [status, answer] = Object.entries(responses)[0]!
  return (
    <article class="operation" id={operationId}>
      <h3>
        <span class={`method ${method}`}>{method.toUpperCase()}</span>{' '}
        <code>
          {server}
          {path}
        </code>
      </h3>
      <p>{summary}</p>
      {parameters.length > 0 && (
        <FieldTable
          caption={`Parameters of ${path}`}
          fields={parameters.map(({ name, required, schema, description }) => ({
            ...{ name, required, schema },
            description: [description, (schema.default ?? '') === '' ? '' : `Without it ${schema.default}.`].join(' '),
          }))}
        />
      )}
      {requestBody && <Contents label="Send" content={requestBody.content} />}
      <Contents label={`Answer ${status}`} content={answer.content} />
    </article>
  )
}

function Contents({ label, content = {} }: { label: string; content: Operation['responses'][string]['content'] }) {
  const [type, media] = Object.entries(content)[0] ?? []
  return (
    <p class="under">
      {label}: {media ? <SchemaLinks schema={media.schema} /> : 'no body'}
      {type && type !== 'application/json' && ` as ${type}`}
    </p>
  )
}

function SchemaCard({ name, schema }: { name: string; schema: JsonSchema }) {
  const required = (schema.required ?? []) as readonly string[]
  const fields = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)
  return (
    <article class="operation" id={`schema-${name}`}>
      <h3>
        <code>{name}</code>
      </h3>
      <FieldTable
        caption={`Fields of ${name}`}
        fields={fields.map(([field, own]) => ({
          ...{ name: field, schema: own, required: required.includes(field) },
          description: typeof own.description === 'string' ? own.description : '',
        }))}
      />
    </article>
  )
}

interface Field {
  readonly name: string
  readonly required: boolean
  readonly schema: JsonSchema
  readonly description: string
}

const FieldTable = ({ caption, fields }: { caption: string; fields: readonly Field[] }) => (
  <section class="scroll" tabindex={0} aria-label={caption}>
    <table class="plain fields">
      <caption class="sr-only">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ name, required, schema, description }) => (
          <tr>
            <th scope="row">
              <code>{name}</code>
              {!required && <span class="under"> optional</span>}
            </th>
            <td>
              <SchemaLinks schema={schema} />
            </td>
            <td>{description}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)

/** The words of a schema, with each name in them a link to where it is told. */
function SchemaLinks({ schema }: { schema: JsonSchema }) {
  const { text, names } = schemaText(schema)
  if (names.length === 0) return <span>{text}</span>
  const parts = text.split(new RegExp(`\\b(${names.join('|')})\\b`))
  return <span>{parts.map((part) => (names.includes(part) ? <a href={`#schema-${part}`}>{part}</a> : part))}</span>
}
