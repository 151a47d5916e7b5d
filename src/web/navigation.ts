import type { Hono } from 'hono'

/** A part of the dashboard that every page leads to. */
export interface Section {
  readonly path: string
  readonly name: string
}

/** In the order of the navigation. */
const SECTIONS = [
  { path: '/', name: 'Overview' },
  { path: '/runs', name: 'Runs' },
  { path: '/models', name: 'Models' },
  { path: '/evaluations', name: 'Evaluations' },
  { path: '/alerts', name: 'Alerts' },
  { path: '/tickers', name: 'Tickers' },
  { path: '/settings', name: 'Settings' },
  { path: '/docs', name: 'API' },
] as const satisfies readonly Section[]

export type SectionPath = (typeof SECTIONS)[number]['path']

/** The sections that `app` answers for: a page shows up in the navigation as soon as it has a route. */
export function sectionsOf(app: Hono): () => readonly Section[] {
  let found: readonly Section[] | undefined
  return () => {
    found ??= SECTIONS.filter(({ path }) => app.routes.some((route) => route.method === 'GET' && route.path === path))
    return found
  }
}
