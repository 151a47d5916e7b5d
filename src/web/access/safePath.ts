/**
 * `path` when it leads to a page of this dashboard; otherwise the overview. Browsers take `//host`, `/\host` and
 * `/.//host` for another site.
 */
export function safePath(path: string | undefined): string {
  if (!path?.startsWith('/')) return '/'
  const here = 'http://here.invalid'
  const url = URL.canParse(path, here) ? new URL(path, here) : undefined
  return url?.origin === here && !url.pathname.startsWith('//') ? `${url.pathname}${url.search}` : '/'
}
