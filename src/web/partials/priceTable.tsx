import type { DisplayBar } from '../../db/tickerHistory.js'
import { count, day, price } from '../format.js'
import { tablePath } from '../routes.js'
import { NewestFirst } from './newestFirst.js'

export const PRICE_ROWS = 'price-rows'

interface PriceTableProps {
  readonly symbol: string
  /** Oldest first. */
  readonly bars: readonly DisplayBar[]
  /** Rows shown, of which `bars` holds more where there are older ones. */
  readonly most: number
  readonly before?: string | undefined
}

/** Prices and volumes, newest first. */
export function PriceTable({ symbol, bars, most, before }: PriceTableProps) {
  const rows = bars.slice(-most).reverse()
  const older = bars.length > most ? rows.at(-1)!.session : undefined
  return (
    <NewestFirst id={PRICE_ROWS} hrefOf={(day) => tablePath(symbol, 'prices', { before: day })} {...{ before, older }}>
      <table class="plain">
        <caption>Adjusted for splits, volume as provided</caption>
        <thead>
          <tr>
            <th scope="col">Session</th>
            {['Open', 'High', 'Low', 'Close', 'Volume'].map((name) => (
              <th scope="col" class="num">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ session, open, high, low, close, volume }) => (
            <tr>
              <th scope="row">{day(session)}</th>
              {[open, high, low, close].map((value) => (
                <td class="num">{price(value)}</td>
              ))}
              <td class="num">{count(volume)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </NewestFirst>
  )
}
