import { type Attribution, type Explanation, isComplete } from '../../domain/explanation.js'
import { day, share } from '../format.js'

interface SessionPartsProps {
  readonly explanation: Explanation
  readonly widthEffect: (part: number) => string
  readonly medianEffect: (part: number) => string
}

/** How much each past session counted, newest first, with all earlier ones in the last row. */
export function SessionParts({ explanation, widthEffect, medianEffect }: SessionPartsProps) {
  const { sessions, width, median, attention } = explanation
  const cell = (parts: Attribution | null, effect: (part: number) => string, part: number | undefined) =>
    parts && isComplete(parts) ? effect(part!) : '–'
  const row = (name: string, partOf: (parts: Attribution | Explanation['attention']) => number) => (
    <tr>
      <th scope="row">{name}</th>
      <td class="num">{cell(width, widthEffect, width ? partOf(width) : undefined)}</td>
      <td class="num">{cell(median, medianEffect, partOf(median))}</td>
      <td class="num">{share(partOf(attention), 1)}</td>
    </tr>
  )
  return (
    <details>
      <summary>By session</summary>
      <div class="scroll" tabindex={0}>
        <table class="plain">
          <caption class="sr-only">How much each past session counted</caption>
          <thead>
            <tr>
              <th scope="col">Session</th>
              {['80\u202f% interval', 'Median', 'Attention'].map((head) => (
                <th scope="col" class="num">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sessions.map((session, i) => row(day(session), (parts) => parts.sessions[i]!)).reverse()}
            {row('earlier', (parts) => parts.earlier)}
          </tbody>
        </table>
      </div>
    </details>
  )
}
