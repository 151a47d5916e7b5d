import type { Context } from 'hono'
import { tryGetContext } from 'hono/context-storage'
import type { Role } from '../../domain/access.js'

/** Who asks, and what they may do. */
export interface Visitor {
  /** How we know: `feed` by the address of a feed, `loopback` and `public` are everybody, on this machine or anywhere. */
  readonly via: 'loopback' | 'session' | 'token' | 'feed' | 'header' | 'public' | 'nobody'
  readonly name: string | null
  /** Null for those who may not even read. */
  readonly role: Role | null
  /** A token that may read figures for Prometheus and nothing else. */
  readonly mayReadMetrics: boolean
}

export interface AccessEnv {
  Variables: { visitor: Visitor }
}

export const NOBODY: Visitor = { via: 'nobody', name: null, role: null, mayReadMetrics: false }

/** Who asks; nobody where the gate was not passed. */
export const visitorOf = (c: Context): Visitor => (c.get('visitor') as Visitor | undefined) ?? NOBODY

/** Whether they may change something. */
export const mayOperate = (c: Context): boolean => visitorOf(c).role === 'operator'

/** The name of somebody who has logged in, here or at a proxy; undefined for programs, and where nobody has to. */
export const accountOf = (c: Context): string | undefined => {
  const { via, name } = visitorOf(c)
  return via === 'session' || via === 'header' ? (name ?? undefined) : undefined
}

/** Who asks for the page that is being drawn: for what stands in every page's frame. */
export const currentVisitor = (): Visitor => tryGetContext<AccessEnv>()?.get('visitor') ?? NOBODY

/** Pages that look the same to two visitors have the same key; part of any cache's key and of ETags. */
export const visitorKey = (c: Context): string => {
  const { via, name, role } = visitorOf(c)
  return [via, role ?? '', name ?? ''].join(' ')
}
