import type { Context, MiddlewareHandler } from 'hono'
import { csrf } from 'hono/csrf'

/** 127.0.0.0/8, ::1 and localhost: as an address to listen on, or as the host of a request. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/** Why a change is refused that this request asks for, or undefined. Nobody logs in yet, so only this machine may. */
export function refusedChange(c: Context, listensOnLoopback: boolean): string | undefined {
  if (!listensOnLoopback)
    return 'Changes are possible only while the dashboard listens on this machine (server.host 127.0.0.1).'
  const { host, origin } = new URL(c.req.url)
  // A name that somebody points at this machine (DNS rebinding) stays a name in the request.
  const asked = `http://${c.req.header('host') ?? host}`
  if (!URL.canParse(asked) || !isLoopback(new URL(asked).hostname))
    return 'Changes are possible only under the address of this machine itself.'
  if (FORWARDED.some((name) => c.req.header(name) !== undefined)) return 'Changes are not possible through a proxy.'
  const from = c.req.header('origin')
  if (from !== undefined && from !== origin) return 'The request comes from another site.'
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined && !['same-origin', 'none'].includes(site)) return 'The request comes from another site.'
  return undefined
}

/** For forms: refused as well when the browser does not say where they come from. */
export const sameOriginForms: MiddlewareHandler = csrf()
