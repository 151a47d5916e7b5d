import type { ScoreSeries } from '../../db/rollingScores.js'
import { figureNames } from '../figureNames.js'
import { day, decimal, share } from '../format.js'
import type { RollingQuery } from '../query.js'
import { tablePath } from '../routes.js'
import { NewestFirst } from './newestFirst.js'

export const SERIES_ROWS = 'series-rows'

interface SeriesTableProps {
  readonly symbol: string
  readonly query: RollingQuery
  readonly series: readonly ScoreSeries[]
  /** Rows shown, of which `series` holds more where there are older ones. */
  readonly most: number
  readonly before?: string | undefined
}

/** How a rolling figure moved, session by session, newest first. */
export function SeriesTable({ symbol, query, series, most, before }: SeriesTableProps) {
  const values = series.map((one) => new Map(one.sessions.map((session, i) => [session, one.values[i]])))
  const sessions = [...new Set(series.flatMap((one) => one.sessions))].sort().reverse()
  const rows = sessions.slice(0, most)
  const { window, figure, vs } = query
  const isShare = figure.startsWith('coverage')
  const text = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : isShare ? share(value, 1) : decimal(value, 4)
  return (
    <NewestFirst
      id={SERIES_ROWS}
      hrefOf={(session) => tablePath(symbol, 'rolling', { window: String(window), figure, vs, before: session })}
      before={before}
      older={sessions.length > most ? rows.at(-1) : undefined}
    >
      <table class="plain">
        <caption>{figureNames[figure]}, as the window moved on</caption>
        <thead>
          <tr>
            <th scope="col">Up to</th>
            {series.map(({ forecaster }) => (
              <th scope="col" class="num">
                {forecaster}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((session) => (
            <tr>
              <th scope="row">{day(session)}</th>
              {values.map((own) => (
                <td class="num">{text(own.get(session))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </NewestFirst>
  )
}
