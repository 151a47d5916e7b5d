import type { Child } from 'hono/jsx'

interface NewestFirstProps {
  /** The same on the page of a ticker and on the table's own page, for one to take it from the other. */
  readonly id: string
  /** Address of the table's own page; with a session, from that one back. */
  readonly hrefOf: (before?: string) => string
  /** Given where the newest rows are not shown. */
  readonly before?: string | undefined
  /** Where older rows go on; undefined when there are none. */
  readonly older: string | undefined
  readonly children: Child
}

/** Some rows of a long table, newest first, with links to the others. */
export const NewestFirst = ({ id, hrefOf, before, older, children }: NewestFirstProps) => (
  <div id={id}>
    <div class="scroll" tabindex={0}>
      {children}
    </div>
    {(before || older) && (
      <p class="older">
        {before && (
          <a id={`${id}-newest`} href={hrefOf()}>
            Newest
          </a>
        )}
        {older && (
          <a id={`${id}-older`} href={hrefOf(older)}>
            Older
          </a>
        )}
      </p>
    )}
  </div>
)

interface InPlaceProps {
  readonly id: string
  readonly children: Child
}

/** Where a script runs, the links in it exchange the table `id` in place; elsewhere they lead to its own page. */
export const InPlace = ({ id, children }: InPlaceProps) => (
  <div
    hx-boost:inherited="true"
    hx-target:inherited={`#${id}`}
    hx-select:inherited={`#${id}`}
    hx-swap:inherited="outerMorph"
    hx-push-url:inherited="false"
  >
    {children}
  </div>
)

interface WholeTableProps {
  readonly href: string
  /** Address and format of the same as a file. */
  readonly file: readonly [href: string, format: 'CSV' | 'JSON']
}

/** Where a table stands whole: on a page of its own, and as a file. */
export const WholeTable = ({ href, file: [address, format] }: WholeTableProps) => (
  <p class="whole">
    <a href={href}>On a page of its own</a> <a href={address}>{format}</a>
  </p>
)
