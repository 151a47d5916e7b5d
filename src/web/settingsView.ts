import { type Config, configJsonSchema, isSecretKey, printableConfig } from '../config.js'

/** One key of the configuration, as it may be shown. */
export interface Setting {
  /** Dotted, as `server.port`. */
  readonly key: string
  readonly description: string | undefined
  /** Null when it is not set; of a secret only whether it is. */
  readonly value: string | null
  readonly isSecret: boolean
  /** A variable, the file, or null for the default. */
  readonly source: string | null
}

export interface SettingGroup {
  readonly name: string
  readonly settings: readonly Setting[]
}

export interface SettingsOptions {
  readonly config: Config
  /** Where a key's value comes from; undefined for a default. */
  readonly sourceOf: (key: string) => string | undefined
}

interface SchemaNode {
  readonly description?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
}

/** Every key that can be set, by the first part of its name: those at the top under `general`. */
export function settingsView({ config, sourceOf }: SettingsOptions): SettingGroup[] {
  const shown: unknown = printableConfig(config)
  const groups = new Map<string, Setting[]>()
  for (const { key, description } of leavesOf(configJsonSchema() as SchemaNode)) {
    const [first, ...rest] = key.split('.')
    const name = rest.length === 0 ? 'general' : first!
    const isSecret = isSecretKey(key)
    const given = valueAt(shown, key)
    const value = given === undefined ? null : isSecret ? 'set' : textOf(given)
    groups.set(name, [
      ...(groups.get(name) ?? []),
      { key, description, value, isSecret, source: sourceOf(key) ?? null },
    ])
  }
  return [...groups].map(([name, settings]) => ({ name, settings }))
}

function leavesOf(node: SchemaNode, path: readonly string[] = []): { key: string; description: string | undefined }[] {
  if (!node.properties) return [{ key: path.join('.'), description: node.description }]
  return Object.entries(node.properties).flatMap(([name, inner]) =>
    name === '$schema' ? [] : leavesOf(inner, [...path, name]),
  )
}

const valueAt = (value: unknown, key: string): unknown =>
  key.split('.').reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value)

/** Lists line by line, addresses without what lets anybody in. */
const textOf = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(textOf).join('\n')
    : withoutSecrets(isObject(value) ? JSON.stringify(value) : String(value))

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

const withoutSecrets = (text: string): string =>
  text
    .replace(/\/\/[^@/"]*@/g, '//***@')
    .replace(/([?&][^=&"]*(?:key|token|secret|passw|auth|sig)[^=&"]*=)[^&"]+/gi, '$1***')
