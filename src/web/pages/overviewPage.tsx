import type { OverviewView } from '../overviewView.js'
import { AlertNotice } from '../partials/alertNotice.js'
import { Board, type BoardProps } from '../partials/board.js'
import { FilterForm } from '../partials/filterForm.js'
import { type Frame, Layout } from './layout.js'

interface OverviewProps extends BoardProps {
  readonly frame: Frame
  /** Alerts given up and endpoints disabled. */
  readonly troubles: { readonly dead: number; readonly disabled: number }
}

/** All tickers at a glance. */
export const OverviewPage = ({ frame, troubles, ...board }: OverviewProps) => (
  <Layout frame={frame} title="mambacast" section="/">
    <div class="page-head">
      <div>
        <h1>The next session</h1>
        <p class="lede">
          Where each price may close: the inner bar holds 80 of 100 closes, the outer one 95, if the forecast is right.
          The record of the last 60 sessions stands beside the strongest plain baseline.
        </p>
      </div>
      {board.view.all.length > 0 && <FilterForm query={board.view.query} exchanges={exchangesOf(board.view)} />}
    </div>
    <AlertNotice troubles={troubles} />
    <Board {...board} />
  </Layout>
)

const exchangesOf = ({ all }: OverviewView): string[] => [...new Set(all.map(({ exchange }) => exchange))].sort()
