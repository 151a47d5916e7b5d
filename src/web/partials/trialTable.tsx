import type { TrialState } from '../../db/lifecycle.js'
import { day, decimal, pValue, signedPct } from '../format.js'
import { ModelId } from './modelId.js'

/** Challengers on the same sessions as what was served, the newest first, with how their test stands. */
export function TrialTable({ trials, mayOperate }: { trials: readonly TrialState[]; mayOperate: boolean }) {
  if (trials.length === 0) return <p class="muted">No model is on trial beside it.</p>
  const margin = trials.find(({ test }) => test)?.test?.marginPct
  return (
    <div class="scroll">
      <table class="plain trials">
        <caption>
          Challengers beside what was served, on the same settled sessions; pinball loss, the lower the better
          {margin !== undefined && `. p: chance of this or better from one that loses ${margin}\u202f% more`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Challenger</th>
            <th scope="col">Trained to</th>
            <th scope="col" class="num">
              Sessions
            </th>
            <th scope="col" class="num">
              Its loss
            </th>
            <th scope="col" class="num">
              Served
            </th>
            <th scope="col" class="num">
              Difference
            </th>
            <th scope="col" class="num">
              p
            </th>
            <th scope="col">State</th>
            {mayOperate && (
              <th scope="col">
                <span class="sr-only">Change</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {trials.map((trial) => (
            <Line trial={trial} mayOperate={mayOperate} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Line({ trial, mayOperate }: { trial: TrialState; mayOperate: boolean }) {
  const { lineage, trainEnd, why, test, outcome, reason, endedAt, current } = trial
  return (
    <tr>
      <th scope="row">
        <ModelId id={lineage} />
        <span class="under">{why}</span>
      </th>
      <td>{day(trainEnd)}</td>
      <td class="num">{test?.n ?? 0}</td>
      <td class="num">{test ? decimal(test.pinball, 4) : '–'}</td>
      <td class="num">{test ? decimal(test.servedPinball, 4) : '–'}</td>
      <td class="num">{test ? signedPct(100 * (test.pinball / test.servedPinball - 1), 1) : '–'}</td>
      <td class="num">{test?.pValue == null ? '–' : pValue(test.pValue)}</td>
      <td class="why">
        {outcome === null ? (
          <span class="tag live">on trial</span>
        ) : (
          <>
            <span class="tag">{outcome}</span> <span class="under">{`${day(endedAt!.slice(0, 10))}: ${reason}`}</span>
          </>
        )}
      </td>
      {mayOperate && (
        <td>
          {outcome !== 'promoted' && current && (
            <form class="act" method="post" action={`/models/${encodeURIComponent(lineage)}/promote`}>
              <button type="submit" aria-label={`Promote ${lineage}`}>
                Promote
              </button>
            </form>
          )}
        </td>
      )}
    </tr>
  )
}
