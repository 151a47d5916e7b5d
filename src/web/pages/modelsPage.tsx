import type { TickerLifecycle } from '../../db/lifecycle.js'
import { SampleBanner } from '../partials/tags.js'
import { TickerModels } from '../partials/tickerModels.js'
import { withQuery } from '../routes.js'
import { type Frame, Layout } from './layout.js'

export interface ModelsProps {
  readonly tickers: readonly TickerLifecycle[]
  readonly query: { readonly ticker?: string | undefined; readonly after?: string | undefined }
  readonly hasMore: boolean
  readonly mayOperate: boolean
}

/** Which model serves each ticker, which are on trial beside it, and how they compare. */
export const ModelsPage = ({ frame, tickers, query, hasMore, mayOperate }: ModelsProps & { frame: Frame }) => (
  <Layout frame={frame} title="Models" section="/models">
    {tickers.some(({ isSample }) => isSample) && <SampleBanner />}
    <div class="page-head">
      <div>
        {query.ticker !== undefined && (
          <p class="crumbs">
            <a href="/models">All models</a>
          </p>
        )}
        <h1>Models</h1>
        <p class="lede">
          One model serves each ticker: the champion, fine-tuned after every session. A newly trained one is a
          challenger first. It forecasts the same sessions, apart from what is served, and takes over only when a loss
          higher by the margin is ruled out.
        </p>
      </div>
    </div>
    {tickers.length === 0 ? (
      <div class="empty">
        <h2>{query.after === undefined ? 'No tickers yet' : 'No more tickers'}</h2>
        <p>A model is trained as soon as a ticker has bars.</p>
      </div>
    ) : (
      tickers.map((one) => <TickerModels lifecycle={one} mayOperate={mayOperate} />)
    )}
    <p class="older">
      {query.after !== undefined && <a href="/models">First</a>}{' '}
      {hasMore && <a href={withQuery('/models', { after: tickers.at(-1)!.ticker })}>More</a>}
    </p>
  </Layout>
)
