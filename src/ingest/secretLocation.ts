import { ProviderError, UserError } from '../domain/errors.js'

/** A location is stored and shown, so a key may not be part of it. */
const LITERAL_KEY =
  /[?&][^=&]*(key|token|secret|passw|auth|sig)[^=&]*=(?!\{env:)[^&]|^https?:\/\/[^/@]*:(?!\{env:)[^/@]+@/i
const VARIABLE = /\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g

export const isUrl = (location: string): boolean => /^https?:\/\//i.test(location)

/** @throws UserError (exit code 2), `what` naming the location's place, when a URL holds a key itself. */
export function refuseLiteralKey(what: string, location: string): void {
  if (isUrl(location) && LITERAL_KEY.test(location))
    throw new UserError(
      `${what} '${withoutSecrets(location)}' holds a key: put it in a variable and write {env:NAME} in its place`,
      { exitCode: 2 },
    )
}

/**
 * The URL with `{env:NAME}` filled in, and what must not be shown of it.
 * @throws ProviderError naming a variable that is not set.
 */
export function fillVariables(
  what: string,
  location: string,
  environment: (name: string) => string | undefined,
): { url: string; secrets: string[] } {
  const secrets: string[] = []
  const url = location.replaceAll(VARIABLE, (_, name: string) => {
    const value = environment(name)
    if (!value) throw new ProviderError(`${what}: the location needs ${name}, which is not set`, { retryable: false })
    secrets.push(value, encodeURIComponent(value))
    return encodeURIComponent(value)
  })
  return { url, secrets }
}

/** A query string or user name may carry a key; messages and reports must not. */
export function withoutSecrets(url: string): string {
  const [address] = url.split(/[?#]/)
  return address!.replace(/\/\/[^/@]*@/, '//')
}
