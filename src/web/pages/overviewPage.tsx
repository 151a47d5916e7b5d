import type { OverviewView } from '../overviewView.js'
import { AlertNotice } from '../partials/alertNotice.js'
import { Board } from '../partials/board.js'
import { type OverviewQuery, SORT_KEYS } from '../query.js'
import { type Frame, Layout } from './layout.js'

const sortNames: Record<OverviewQuery['sort'], string> = {
  symbol: 'ticker',
  session: 'last session',
  range: 'width of the range',
  median: 'median',
  up: 'P(up)',
  move: 'P(large move)',
  error: 'pinball loss',
  coverage: 'coverage',
  verdict: 'verdict',
}

interface OverviewProps {
  readonly frame: Frame
  readonly view: OverviewView
  /** Alerts given up and endpoints disabled. */
  readonly troubles: { readonly dead: number; readonly disabled: number }
}

/** All tickers at a glance. */
export function OverviewPage({ frame, view, troubles }: OverviewProps) {
  return (
    <Layout frame={frame} title="mambacast" section="/">
      <div class="page-head">
        <div>
          <h1>The next session</h1>
          <p class="lede">
            Where each price may close: the inner bar holds 80 of 100 closes, the outer one 95, if the forecast is
            right. The record of the last 60 sessions stands beside the strongest plain baseline.
          </p>
        </div>
        <FilterForm query={view.query} />
      </div>
      <AlertNotice troubles={troubles} />
      <Board view={view} />
    </Layout>
  )
}

function FilterForm({ query }: { query: OverviewQuery }) {
  return (
    <form
      class="filter"
      method="get"
      action="/"
      hx-get="/"
      hx-trigger="input delay:250ms, change, submit"
      hx-select="#board"
      hx-target="#board"
      hx-swap="outerHTML"
      hx-replace-url="true"
    >
      <label>
        <span>Find</span>
        <input type="search" name="q" value={query.q} placeholder="Symbol" maxlength={100} />
      </label>
      <label>
        <span>Verdict</span>
        <select name="verdict">
          <Option value="any" chosen={query.verdict} text="any" />
          <Option value="skill" chosen={query.verdict} text="skill shown" />
          <Option value="none" chosen={query.verdict} text="no demonstrated skill" />
        </select>
      </label>
      <label class="sorting">
        <span>Sort by</span>
        <select name="sort">
          {SORT_KEYS.map((key) => (
            <Option value={key} chosen={query.sort} text={sortNames[key]} />
          ))}
        </select>
      </label>
      <label class="sorting">
        <span>Order</span>
        <select name="dir">
          <Option value="asc" chosen={query.dir} text="rising" />
          <Option value="desc" chosen={query.dir} text="falling" />
        </select>
      </label>
      <button type="submit">Show</button>
    </form>
  )
}

const Option = ({ value, chosen, text }: { value: string; chosen: string; text: string }) => (
  <option value={value} selected={value === chosen}>
    {text}
  </option>
)
