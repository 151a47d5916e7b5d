import type { MarketFan } from '../briefView.js'
import { counted, rangePct, shortDay, signedPct } from '../format.js'

const [WIDTH, HEIGHT, FAN_AT] = [400, 120, 320] as const
const BANDS = [
  { low: 0, high: 8, name: 'band-95' },
  { low: 2, high: 6, name: 'band-80' },
] as const

/** The mean of all tickers so far, and how far it may move next. */
export function MarketPanel({ market }: { market: MarketFan | undefined }) {
  return (
    <section class="panel market">
      <h2>The market</h2>
      {market ? (
        <>
          <Fan market={market} />
          <p class="under">
            Mean of {counted(market.tickers, market.isSample ? 'sample ticker' : 'ticker')} on {shortDay(market.target)}
            : 80{'\u202f'}% {rangePct(market.quantiles[2]!, market.quantiles[6]!)}, 95{'\u202f'}%{' '}
            {rangePct(market.quantiles[0]!, market.quantiles[8]!)}, if all move together: the widest case.
          </p>
        </>
      ) : (
        <p class="muted">No forecast speaks of a session to come.</p>
      )}
    </section>
  )
}

function Fan({ market: { returns, quantiles } }: { market: MarketFan }) {
  let level = 100
  const levels = [level, ...returns.map(({ meanPct }) => (level *= 1 + meanPct / 100))]
  const ends = quantiles.map((quantile) => level * (1 + quantile / 100))
  const [low, high] = [Math.min(...levels, ...ends), Math.max(...levels, ...ends)]
  const x = (i: number) => ((i / Math.max(1, levels.length - 1)) * FAN_AT).toFixed(1)
  const y = (value: number) => (6 + ((high - value) / (high - low || 1)) * (HEIGHT - 12)).toFixed(1)
  const span = returns.length > 0 ? `over ${counted(returns.length, 'session')}` : 'so far'
  const label = `Mean of all tickers: ${signedPct(level - 100)} ${span}, then 95 % of the time ${rangePct(quantiles[0]!, quantiles[8]!)}`
  return (
    <svg class="fan" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      {BANDS.map(({ low: k, high: m, name }) => (
        <path class={name} d={`M${FAN_AT} ${y(level)} L${WIDTH} ${y(ends[k]!)} V${y(ends[m]!)} Z`} />
      ))}
      <path class="median" d={`M${FAN_AT} ${y(level)} L${WIDTH} ${y(ends[4]!)}`} />
      <polyline points={levels.map((value, i) => `${x(i)} ${y(value)}`).join(' ')} />
    </svg>
  )
}
