/**
 * The value that a JSON pointer names within a document (RFC 6901); undefined where there is none.
 * @throws SyntaxError for a pointer that is neither empty nor begins with a slash.
 */
export function atPointer(document: unknown, pointer: string): unknown {
  if (pointer === '') return document
  if (!pointer.startsWith('/')) throw new SyntaxError(`JSON pointer '${pointer}' does not begin with /`)
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, token) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, token)
          ? (value as Record<string, unknown>)[token]
          : undefined,
      document,
    )
}
