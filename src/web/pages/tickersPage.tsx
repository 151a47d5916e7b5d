import type { ListedTicker } from '../../db/tickers.js'
import type { AddedTicker, TickerSource } from '../../domain/tickerDesk.js'
import { day } from '../format.js'
import { AddTickers, type SentTickers } from '../partials/addTickers.js'
import { SampleTag } from '../partials/tags.js'
import { tickerPath } from '../routes.js'
import { type Frame, Layout } from './layout.js'

interface TickersView {
  readonly tickers: readonly ListedTicker[]
  readonly sources: readonly TickerSource[]
  readonly configured: ReadonlySet<string>
  readonly isWritable: boolean
}

interface TickersProps {
  readonly frame: Frame
  readonly view: TickersView
  readonly sent: { readonly results: readonly AddedTicker[]; readonly sourceId: string } | undefined
}

/** What is forecast, and from where. */
export function TickersPage({ frame, view, sent }: TickersProps) {
  const followed = view.tickers.filter(({ active }) => active)
  const former = view.tickers.filter(({ active }) => !active)
  return (
    <Layout frame={frame} title="Tickers" section="/tickers">
      <div class="page-head">
        <div>
          <h1>Tickers</h1>
          <p class="lede">
            What is forecast, and where its bars come from. A ticker that is removed keeps its bars, its forecasts and
            its record; one that is paused is caught up with when it is resumed.
          </p>
        </div>
      </div>
      {view.isWritable && <AddTickers sources={view.sources} sent={sent satisfies SentTickers | undefined} />}
      <section class="card">
        <h2>{followed.length === 1 ? '1 ticker' : `${followed.length} tickers`}</h2>
        {followed.length === 0 ? (
          <p class="empty">None yet.</p>
        ) : (
          <div class="scroll" tabindex={0}>
            <table class="plain ticker-list">
              <thead>
                <tr>
                  <th scope="col">Ticker</th>
                  <th scope="col">Bars from</th>
                  <th scope="col">Exchange</th>
                  <th scope="col">Last session</th>
                  {view.isWritable && <th scope="col">Change</th>}
                </tr>
              </thead>
              <tbody>
                {followed.map((ticker) => (
                  <TickerRow ticker={ticker} view={view} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      {former.length > 0 && <FormerTickers tickers={former} />}
    </Layout>
  )
}

function TickerRow({ ticker, view }: { ticker: ListedTicker; view: TickersView }) {
  const { symbol, provider, fallbacks, location, isPaused, isSample, lastSession } = ticker
  return (
    <tr>
      <th scope="row">
        <a href={tickerPath(symbol)}>
          <bdi>{symbol}</bdi>
        </a>{' '}
        {isSample && <SampleTag />} {isPaused && <span class="tag warn">paused</span>}
      </th>
      <td>
        {[provider, ...fallbacks].join(', then ')}
        {location !== null && view.isWritable && (
          <span class="under location">
            <bdi>{location}</bdi>
          </span>
        )}
      </td>
      <td>
        <bdi>{ticker.exchange}</bdi>
      </td>
      <td>{lastSession === null ? <span class="muted">none yet</span> : day(lastSession)}</td>
      {view.isWritable && (
        <td>
          <div class="acts">
            <Act symbol={symbol} act={isPaused ? 'resume' : 'pause'} />
            {view.configured.has(symbol) ? (
              <span class="under">named in the configuration</span>
            ) : (
              <Act symbol={symbol} act="remove" />
            )}
          </div>
        </td>
      )}
    </tr>
  )
}

const ACTS = { pause: 'Pause', resume: 'Resume', remove: 'Remove' } as const

const Act = ({ symbol, act }: { symbol: string; act: keyof typeof ACTS }) => (
  <form class="act" method="post" action={`${tickerPath(symbol)}/${act}`}>
    <input type="hidden" name="back" value="/tickers" />
    <button type="submit">
      {ACTS[act]}
      <span class="sr-only"> {symbol}</span>
    </button>
  </form>
)

const FormerTickers = ({ tickers }: { tickers: readonly ListedTicker[] }) => (
  <details class="card former">
    <summary>{tickers.length === 1 ? '1 that is' : `${tickers.length} that are`} no longer followed</summary>
    <ul class="lines">
      {tickers.map(({ symbol, lastSession }) => (
        <li>
          <a href={tickerPath(symbol)}>
            <bdi>{symbol}</bdi>
          </a>{' '}
          <span class="under">{lastSession === null ? 'without bars' : `up to ${day(lastSession)}`}</span>
        </li>
      ))}
    </ul>
  </details>
)
