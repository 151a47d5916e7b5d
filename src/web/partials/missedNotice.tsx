import type { Child } from 'hono/jsx'
import type { MissedRun } from '../../db/missedRuns.js'
import { counted } from '../format.js'
import { tickerPath } from '../routes.js'
import { When } from './when.js'

interface MissedProps {
  readonly missed: readonly MissedRun[]
  /** Said at the end: where to look. */
  readonly children?: Child
}

/** Says plainly that scheduled work has not been done; nothing when it has. */
export const MissedNotice = ({ missed, children }: MissedProps) =>
  missed.map(({ exchange, dueAt, tickers }) => (
    <p class="notice" role="status">
      <strong>The run of {exchange} was missed.</strong> It was due <When at={dueAt} on /> and has not ended well since.
      Without a forecast: <Tickers symbols={tickers} />. Is a worker running, and does its provider answer? {children}
    </p>
  ))

const NAMED = 8

const Tickers = ({ symbols }: { symbols: readonly string[] }) => (
  <>
    {symbols.slice(0, NAMED).map((symbol, i) => (
      <>
        {i > 0 && ', '}
        <a href={tickerPath(symbol)}>
          <bdi>{symbol}</bdi>
        </a>
      </>
    ))}
    {symbols.length > NAMED && ` and ${counted(symbols.length - NAMED, 'other')}`}
  </>
)
