import type { Hono } from 'hono'

export interface SitePage {
  /** As routed: `/tickers/:symbol`. */
  readonly route: string
  readonly path: string
}

/** Not pages of the dashboard: data, files, parts of pages, and what programs ask for. */
const NO_PAGE = /^\/(api|assets|feeds|partials|events|healthz|readyz|metrics)\b|\/report\.\w+$|\*/

/** The pages that `app` routes, each with the first address of it that another page links to. */
export async function sitePages(app: Hono): Promise<{ pages: SitePage[]; unlinked: string[] }> {
  const routes = [
    ...new Set(
      app.routes.filter(({ method, path }) => method === 'GET' && !NO_PAGE.test(path)).map(({ path }) => path),
    ),
  ]
  const found = new Map<string, string>()
  const waiting = ['/', '/login']
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const own = path
    const route = routes.find((candidate) => patternOf(candidate).test(own))
    if (!route || found.has(route)) continue
    found.set(route, own)
    const html = await (await app.request(own)).text()
    for (const [, href] of html.matchAll(/href="(\/[^"?#]*)["?#]/g)) waiting.push(href!)
  }
  return {
    pages: [...found].map(([route, path]) => ({ route, path })),
    unlinked: routes.filter((route) => !found.has(route)),
  }
}

/** `/runs/:id{[0-9a-f-]+}` as a regular expression. */
const patternOf = (route: string): RegExp =>
  new RegExp(`^${route.replace(/:\w+(?:\{((?:[^{}]|\{[^{}]*\})+)\})?/g, (_, own?: string) => own ?? '[^/]+')}$`)
