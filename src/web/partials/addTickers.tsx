import type { AddedTicker, TickerSource } from '../../domain/tickerDesk.js'
import { clip } from '../format.js'
import { tickerPath } from '../routes.js'

export interface SentTickers {
  readonly results: readonly AddedTicker[]
  readonly sourceId: string
}

const OUTCOMES = {
  added: ['live', 'added'],
  known: ['', 'known'],
  refused: ['warn', 'not added'],
  late: ['warn', 'not asked'],
} as const satisfies Record<AddedTicker['outcome'], readonly [string, string]>

const SHOWN_CHARACTERS = 300

/** The form that adds tickers, one or many, and what became of those that were sent; the rest stays in the field. */
export function AddTickers({ sources, sent }: { sources: readonly TickerSource[]; sent: SentTickers | undefined }) {
  const again = sent?.results.filter(({ outcome }) => outcome === 'refused' || outcome === 'late') ?? []
  return (
    <section class="card">
      <h2>Add tickers</h2>
      {sent && <Results results={sent.results} />}
      <form class="alert-form add-tickers" method="post" action="/tickers">
        <label class="symbols">
          <span>
            Symbols as the source names them, one a line or separated by commas; each is looked up before it is added
          </span>
          <textarea
            name="symbols"
            rows={3}
            required
            spellcheck={false}
            autocapitalize="characters"
            placeholder={'AAPL\n601988.SS'}
          >
            {again.map(({ symbol }) => symbol).join('\n')}
          </textarea>
        </label>
        <label>
          <span>Bars from</span>
          <select name="source">
            {sources.map(({ id, label }) => (
              <option value={id} selected={id === sent?.sourceId}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <button type="submit">Look up and add</button>
      </form>
    </section>
  )
}

function Results({ results }: { results: readonly AddedTicker[] }) {
  const added = results.filter(({ outcome }) => outcome === 'added').length
  return (
    <div role="status">
      <p class="results-head">
        {results.length === 0
          ? 'There was no symbol in it.'
          : `${added} of ${results.length} added${added > 0 ? '; a run has begun that forecasts them' : ''}.`}
      </p>
      <ul class="lines results">
        {results.map(({ symbol, outcome, message }) => (
          <li>
            <span class={`tag ${OUTCOMES[outcome][0]}`}>{OUTCOMES[outcome][1]}</span>{' '}
            {outcome === 'added' || outcome === 'known' ? (
              <a href={tickerPath(symbol)}>
                <bdi>{symbol}</bdi>
              </a>
            ) : (
              <bdi>{clip(symbol, SHOWN_CHARACTERS)}</bdi>
            )}{' '}
            <span class="muted">
              <bdi>{clip(message, SHOWN_CHARACTERS)}</bdi>
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
