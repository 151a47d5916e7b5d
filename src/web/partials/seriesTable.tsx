import type { ScoreSeries } from '../../db/rollingScores.js'
import { day, decimal, share } from '../format.js'

const LISTED = 260

interface SeriesTableProps {
  readonly series: readonly ScoreSeries[]
  /** The figure, in words. */
  readonly name: string
  readonly isShare: boolean
}

/** How a rolling figure moved, session by session: what the plot draws, newest first. */
export function SeriesTable({ series, name, isShare }: SeriesTableProps) {
  const values = series.map((one) => new Map(one.sessions.map((session, i) => [session, one.values[i]])))
  const sessions = [...new Set(series.flatMap((one) => one.sessions))].sort().reverse().slice(0, LISTED)
  if (sessions.length === 0) return null
  const text = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : isShare ? share(value, 1) : decimal(value, 4)
  return (
    <details>
      <summary>The plot as a table</summary>
      <div class="scroll" tabindex={0}>
        <table class="plain">
          <caption>{name}, as the window moved on</caption>
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
            {sessions.map((session) => (
              <tr>
                <th scope="row">{day(session)}</th>
                {values.map((own) => (
                  <td class="num">{text(own.get(session))}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
