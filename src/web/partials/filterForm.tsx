import { type OverviewQuery, SORT_KEYS, STATES } from '../query.js'
import { boardSwap } from './boardLink.js'

const sortNames: Record<OverviewQuery['sort'], string> = {
  symbol: 'ticker',
  session: 'last session',
  range: 'width of the range',
  median: 'median',
  up: 'P(up)',
  move: 'P(large move)',
  last: 'last error',
  error: 'pinball loss',
  coverage: 'coverage',
  verdict: 'verdict',
}

const toBoard = { ...boardSwap, 'hx-get': '/' }

/** Finds tickers as one types. The order belongs to the board, whose hidden fields are part of this form. */
export const FilterForm = ({ query, exchanges }: { query: OverviewQuery; exchanges: readonly string[] }) => (
  <form
    id="filter"
    class="filter"
    method="get"
    action="/"
    {...toBoard}
    hx-trigger="input delay:250ms, change, submit"
    hx-replace-url="true"
  >
    <label>
      <span>Find</span>
      <input type="search" name="q" value={query.q} placeholder="Symbol" maxlength={100} />
    </label>
    <label>
      <span>State</span>
      <select name="state">
        {['any', ...STATES].map((state) => (
          <Option value={state} chosen={query.state} text={state} />
        ))}
      </select>
    </label>
    <label>
      <span>Verdict</span>
      <select name="verdict">
        <Option value="any" chosen={query.verdict} text="any" />
        <Option value="skill" chosen={query.verdict} text="skill shown" />
        <Option value="none" chosen={query.verdict} text="no demonstrated skill" />
      </select>
    </label>
    {exchanges.length > 1 && (
      <label>
        <span>Exchange</span>
        <select name="exchange">
          <Option value="" chosen={query.exchange} text="any" />
          {exchanges.map((exchange) => (
            <Option value={exchange} chosen={query.exchange} text={exchange} />
          ))}
        </select>
      </label>
    )}
    <button type="submit">Show</button>
  </form>
)

/** The order as fields of the filter form, so that filtering keeps it. */
export const KeptOrder = ({ query: { sort, dir } }: { query: OverviewQuery }) => (
  <>
    <input type="hidden" form="filter" name="sort" value={sort} />
    <input type="hidden" form="filter" name="dir" value={dir} />
  </>
)

/** The order as a form, for screens on which the table has no head. */
export const SortForm = ({ query }: { query: OverviewQuery }) => (
  <form class="filter sorting" method="get" action="/" {...toBoard} hx-trigger="change, submit" hx-push-url="true">
    {(['q', 'state', 'verdict', 'exchange'] as const).map((name) => (
      <input type="hidden" name={name} value={query[name]} />
    ))}
    <label>
      <span>Sort by</span>
      <select name="sort">
        {SORT_KEYS.map((key) => (
          <Option value={key} chosen={query.sort} text={sortNames[key]} />
        ))}
      </select>
    </label>
    <label>
      <span>Order</span>
      <select name="dir">
        <Option value="asc" chosen={query.dir} text="rising" />
        <Option value="desc" chosen={query.dir} text="falling" />
      </select>
    </label>
    <button type="submit">Show</button>
  </form>
)

const Option = ({ value, chosen, text }: { value: string; chosen: string; text: string }) => (
  <option value={value} selected={value === chosen}>
    {text}
  </option>
)
