import type { TrialState } from '../../db/lifecycle.js'
import { day, decimal, pValue, signedPct } from '../format.js'
import { ModelId } from './modelId.js'

/** Challengers on the same sessions as what was served, the newest first, with how their test stands. */
export function TrialTable({ trials, mayOperate }: { trials: readonly TrialState[]; mayOperate: boolean }) {
  const margin = trials.find(({ test }) => test)?.test?.marginPct
  return (
    <>
      <p class="under">
        Challengers beside what was served, on the same settled sessions: pinball loss, the lower the better.
        {margin !== undefined && ` p: chance of this or better from one that loses ${margin}\u202f% more.`}
      </p>
      <div class="scroll" tabindex={0}>
        <table class="plain trials">
          <caption class="sr-only">Challengers, the newest first</caption>
          <thead>
            <tr>
              <th scope="col">Challenger</th>
              <th scope="col">State</th>
              <th scope="col">Trained to</th>
              {['Sessions', 'Its loss', 'Served', 'Difference', 'p'].map((name) => (
                <th scope="col" class="num">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {trials.map((trial) => (
              <Line trial={trial} mayOperate={mayOperate} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function Line({ trial, mayOperate }: { trial: TrialState; mayOperate: boolean }) {
  const { lineage, trainEnd, why, test, outcome, current } = trial
  return (
    <tr>
      <th scope="row">
        <ModelId id={lineage} />
        <span class="under">{why}</span>
      </th>
      <td>
        <State trial={trial} />
        {mayOperate && outcome !== 'promoted' && current && <PromoteForm id={lineage} />}
      </td>
      <td class="day">{day(trainEnd)}</td>
      <td class="num">{test?.n ?? 0}</td>
      <td class="num">{test ? decimal(test.pinball, 4) : '–'}</td>
      <td class="num">{test ? decimal(test.servedPinball, 4) : '–'}</td>
      <td class="num">{test ? signedPct(100 * (test.pinball / test.servedPinball - 1), 1) : '–'}</td>
      <td class="num">{test?.pValue == null ? '–' : pValue(test.pValue)}</td>
    </tr>
  )
}

const State = ({ trial: { outcome, endedAt, reason } }: { trial: TrialState }) =>
  outcome === null ? (
    <span class="tag live">on trial</span>
  ) : (
    <>
      <span class="tag">{outcome}</span> <span class="under">{`${day(endedAt!.slice(0, 10))}: ${reason}`}</span>
    </>
  )

const PromoteForm = ({ id }: { id: string }) => (
  <form class="act" method="post" action={`/models/${encodeURIComponent(id)}/promote`}>
    <button type="submit" aria-label={`Promote ${id}`}>
      Promote
    </button>
  </form>
)
