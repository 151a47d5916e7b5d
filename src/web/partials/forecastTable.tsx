import type { DisplayBar, PastForecast } from '../../db/tickerHistory.js'
import { boundsOf } from '../api/historyView.js'
import { day, price, rangePct, signedPct } from '../format.js'
import { tablePath } from '../routes.js'
import { NewestFirst } from './newestFirst.js'
import { OutcomeMark } from './outcomeMark.js'

export const FORECAST_ROWS = 'forecast-rows'

interface ForecastTableProps {
  readonly symbol: string
  /** Oldest first. */
  readonly past: readonly PastForecast[]
  /** Those of the sessions after which they were made. */
  readonly bars: readonly DisplayBar[]
  /** Rows shown, of which `past` holds more where there are older ones. */
  readonly most: number
  readonly before?: string | undefined
}

const HEADS = ['80\u202f% interval', '95\u202f% interval', '95\u202f% in price', 'Median', 'Happened', 'Error']

/** Forecasts with their outcomes, newest first. */
export function ForecastTable({ symbol, past, bars, most, before }: ForecastTableProps) {
  const rows = past.slice(-most).reverse()
  const older = past.length > most ? rows.at(-1)!.asOf : undefined
  const factors = new Map(bars.map(({ session, factor }) => [session, factor]))
  return (
    <NewestFirst
      id={FORECAST_ROWS}
      hrefOf={(asOf) => tablePath(symbol, 'forecasts', { before: asOf })}
      {...{ before, older }}
    >
      <table class="plain forecasts">
        <caption class="sr-only">Forecasts, newest first</caption>
        <thead>
          <tr>
            <th scope="col">For session</th>
            <th scope="col">Made</th>
            {HEADS.map((head) => (
              <th scope="col" class="num">
                {head}
              </th>
            ))}
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <ForecastRow row={row} factor={factors.get(row.asOf)} />
          ))}
        </tbody>
      </table>
    </NewestFirst>
  )
}

/** `factor` puts the close of `asOf` on the price basis of the newest bar; undefined where that bar is not known. */
function ForecastRow({ row, factor }: { row: PastForecast; factor: number | undefined }) {
  const [low95, low80, median, high80, high95] = boundsOf(row.quantiles)
  const { outcome } = row
  const inPrice = (pct: number) => price(row.lastClose * factor! * (1 + pct / 100))
  return (
    <tr>
      <th scope="row">{day(outcome?.session ?? row.target)}</th>
      <td>
        <span class={`tag ${row.origin}`}>{row.origin}</span>
      </td>
      <td class="num">{rangePct(low80, high80)}</td>
      <td class="num">{rangePct(low95, high95)}</td>
      <td class="num">{factor ? `${inPrice(low95)} … ${inPrice(high95)}` : '–'}</td>
      <td class="num">{signedPct(median)}</td>
      <td class="num">{outcome ? signedPct(outcome.returnPct) : '–'}</td>
      <td class="num">{outcome ? signedPct(outcome.returnPct - row.mean) : '–'}</td>
      <td>{outcome ? <OutcomeMark quantiles={row.quantiles} returnPct={outcome.returnPct} /> : <Open />}</td>
    </tr>
  )
}

const Open = () => <span class="outcome open">open</span>
