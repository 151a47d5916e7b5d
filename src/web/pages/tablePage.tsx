import type { Child } from 'hono/jsx'
import type { ListedTicker } from '../../db/tickerPage.js'
import { SampleBanner } from '../partials/tags.js'
import { tickerPath } from '../routes.js'
import { type Frame, Layout } from './layout.js'

interface TablePageProps {
  readonly frame: Frame
  readonly ticker: ListedTicker
  /** What the table holds, in words. */
  readonly name: string
  readonly lede: string
  /** Address and format of the same as a file. */
  readonly file: readonly [href: string, format: 'CSV' | 'JSON']
  /** Address of its newest part. */
  readonly action: string
  readonly before: string | undefined
  /** No rows there. */
  readonly isEmpty: boolean
  readonly children: Child
}

/** A long table of a ticker's page on a page of its own, from any session back. */
export const TablePage = ({ frame, ticker, name, lede, file, isEmpty, children, ...form }: TablePageProps) => (
  <Layout frame={frame} title={`${ticker.symbol}: ${name}`} section="/">
    {ticker.isSample && <SampleBanner />}
    <div class="page-head">
      <div>
        <p class="crumbs">
          <a href="/">All tickers</a> <span aria-hidden="true">/</span>{' '}
          <a href={tickerPath(ticker.symbol)}>
            <bdi>{ticker.symbol}</bdi>
          </a>
        </p>
        <h1>
          <bdi>{ticker.symbol}</bdi>: {name}
        </h1>
        <p class="lede">
          {lede} <a href={file[0]}>{file[1]}</a>
        </p>
      </div>
      <BeforeForm {...form} />
    </div>
    {isEmpty ? (
      <div class="empty">
        <p>{form.before ? 'Nothing before that day.' : 'Nothing yet.'}</p>
        {form.before && <a href={form.action}>Newest</a>}
      </div>
    ) : (
      children
    )}
  </Layout>
)

/** A form sends its own fields alone: what the address asks for goes with them. */
function BeforeForm({ action, before }: Pick<TablePageProps, 'action' | 'before'>) {
  const [path, query] = action.split('?')
  return (
    <form class="filter jump" method="get" action={path}>
      {[...new URLSearchParams(query)].map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <label>
        <span>Before</span>
        <input type="date" name="before" value={before} />
      </label>
      <button type="submit">Show</button>
    </form>
  )
}
