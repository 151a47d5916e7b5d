import { count, counted, day, price } from '../format.js'
import type { TickerView } from '../tickerView.js'

const LISTED = 260

/** The prices and volumes that the plot draws, newest first. */
export function PriceTable({ bars }: { bars: TickerView['history']['bars'] }) {
  const rows = bars.session.map((_, i) => i).reverse()
  if (rows.length === 0) return null
  return (
    <details>
      <summary>Prices and volume as a table</summary>
      <div class="scroll" tabindex={0}>
        <table class="plain">
          <caption>
            {rows.length > LISTED
              ? `The newest ${LISTED} of ${counted(rows.length, 'session')} in this range`
              : counted(rows.length, 'session')}
            , adjusted for splits
          </caption>
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
            {rows.slice(0, LISTED).map((i) => (
              <tr>
                <th scope="row">{day(bars.session[i]!)}</th>
                {[bars.open, bars.high, bars.low, bars.close].map((column) => (
                  <td class="num">{price(column[i]!)}</td>
                ))}
                <td class="num">{count(bars.volume[i]!)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
