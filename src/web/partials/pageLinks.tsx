import { type OverviewQuery, overviewParams } from '../query.js'
import { withQuery } from '../routes.js'
import { boardLink } from './boardLink.js'

/** Links to the pages of a long table: the first, the last, and those near the one that is shown. */
export function PageLinks({ query, pages }: { query: OverviewQuery; pages: number }) {
  if (pages === 1) return null
  const shown = [...Array(pages).keys()].map((i) => i + 1).filter((n) => isShown(n, query.page, pages))
  return (
    <nav class="pills pages" aria-label="Pages">
      {shown.map((page, i) => (
        <>
          {i > 0 && page - shown[i - 1]! > 1 && <span aria-hidden="true">…</span>}
          <a
            {...boardLink(withQuery('/', overviewParams({ ...query, page })))}
            aria-current={page === query.page ? 'page' : undefined}
          >
            <span class="sr-only">Page </span>
            {page}
          </a>
        </>
      ))}
    </nav>
  )
}

const isShown = (n: number, current: number, pages: number) => n === 1 || n === pages || Math.abs(n - current) <= 2
