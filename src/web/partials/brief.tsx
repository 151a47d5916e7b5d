import { type Axis, axisFor } from '../axis.js'
import type { BriefView, Changes, ForecastRow, SettledRow } from '../briefView.js'
import { counted, share, shortDay, signedPct } from '../format.js'
import { tickerPath } from '../routes.js'
import { IntervalBar } from './intervalBar.js'
import { MarketPanel } from './marketPanel.js'
import { OutcomeMark } from './outcomeMark.js'

/** The market in three panels: where it may go, who may move most, and what has changed. */
export const Brief = ({ brief: { market, movers, changes } }: { brief: BriefView }) => (
  <div class="brief">
    <MarketPanel market={market} />
    <Movers movers={movers} />
    <ChangesPanel changes={changes} />
  </div>
)

function Movers({ movers }: { movers: readonly ForecastRow[] }) {
  const axis = axisFor(movers.flatMap(({ forecast }) => forecast.quantiles))
  const thresholds = new Set(movers.map(({ forecast }) => forecast.moveThresholdPct))
  return (
    <section class="panel movers">
      <h2>Largest moves expected</h2>
      {movers.length > 0 ? (
        <ol>
          {movers.map((row) => (
            <Mover row={row} axis={axis} withThreshold={thresholds.size > 1} />
          ))}
        </ol>
      ) : (
        <p class="muted">No forecast speaks of a session to come.</p>
      )}
      {thresholds.size === 1 && (
        <p class="under">
          Chance of a move over {[...thresholds][0]}
          {'\u202f'}%, either way
        </p>
      )}
    </section>
  )
}

const Mover = ({ row, axis, withThreshold }: { row: ForecastRow; axis: Axis; withThreshold: boolean }) => (
  <li>
    <a href={tickerPath(row.symbol)}>
      <bdi>{row.symbol}</bdi>
    </a>
    <IntervalBar quantiles={row.forecast.quantiles} axis={axis} />
    <span class="num">
      {share(row.forecast.pLargeMove)}
      {withThreshold && (
        <span class="under">
          {' '}
          over {row.forecast.moveThresholdPct}
          {'\u202f'}%
        </span>
      )}
    </span>
  </li>
)

function ChangesPanel({ changes }: { changes: Changes }) {
  const { session, settled, inside80, inside95, misses, shifts } = changes
  return (
    <section class="panel changes">
      <h2>Since the last forecasts</h2>
      {session ? (
        <>
          <p>
            {shortDay(session)}: {inside80} of {counted(settled, 'close')} inside 80{'\u202f'}%, {inside95} inside 95
            {'\u202f'}%.
          </p>
          <ul>
            {misses.map((row) => (
              <Miss row={row} />
            ))}
            {shifts.map((row) => (
              <Shift row={row} />
            ))}
          </ul>
          <Turned changes={changes} />
        </>
      ) : (
        <p class="muted">No forecast is settled yet.</p>
      )}
    </section>
  )
}

const Miss = ({ row: { symbol, last } }: { row: SettledRow }) => (
  <li>
    <Name symbol={symbol} />
    <OutcomeMark quantiles={last.quantiles} returnPct={last.returnPct}>
      {signedPct(last.returnPct)}
    </OutcomeMark>
  </li>
)

const Shift = ({ row: { symbol, last, forecast } }: { row: SettledRow }) => (
  <li>
    <Name symbol={symbol} />
    <span>
      large move {share(last.pLargeMove)} → <strong>{share(forecast.pLargeMove)}</strong>
    </span>
  </li>
)

const Name = ({ symbol }: { symbol: string }) => (
  <a href={tickerPath(symbol)}>
    <bdi>{symbol}</bdi>
  </a>
)

const Turned = ({ changes: { gained, lost } }: { changes: Changes }) => (
  <>
    {gained.length > 0 && <p class="under">Skill now shown: {some(gained)}</p>}
    {lost.length > 0 && <p class="under">Skill no longer shown: {some(lost)}</p>}
  </>
)

const NAMED = 4

const some = (symbols: readonly string[]): string =>
  symbols.length > NAMED
    ? `${symbols.slice(0, NAMED).join(', ')} and ${symbols.length - NAMED} more`
    : symbols.join(', ')
