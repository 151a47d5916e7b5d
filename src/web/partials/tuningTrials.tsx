import {
  type Candidate,
  rankedCandidates,
  type ShownSearch,
  searchSentence,
  type TunedSetting,
} from '../../domain/tuning.js'
import { count, counted, day } from '../format.js'

const LISTED = 10

/** The newest search for training settings: what it found beside the default, its best trials, and what is in use. */
export function TuningTrials({ search }: { search: ShownSearch | undefined }) {
  if (!search) return null
  const { id, request, cuts, finishedAt, candidates, applied } = search
  const seen = [...new Set(cuts.map(({ session }) => day(session)))].join(', ')
  const inUse = [...new Set(Object.values(applied))]
  return (
    <section class="card model-card" id="tuning">
      <div class="section-head">
        <h2>Search for training settings</h2>
        <span class="tag">{finishedAt ? 'done' : 'unfinished'}</span>
      </div>
      <p class="sentence">{searchSentence(candidates)}</p>
      <p class="under">
        <code>{id}</code> over {counted(request.tickers.length, 'ticker')}, trained and scored on sessions up to {seen}{' '}
        only. Later trainings use
        {inUse.map((name) => (name ? <code> {name}</code> : ' the default setting'))}.
      </p>
      <details>
        <summary>{counted(candidates.length, 'trial')}, the best first</summary>
        <div class="scroll" tabindex={0}>
          <table class="plain">
            <caption class="sr-only">The best trials of the search</caption>
            <thead>
              <tr>
                <th scope="col">Setting</th>
                {['Loss / EWMA', 'Epochs', ...COLUMNS.map(([name]) => name)].map((name) => (
                  <th scope="col" class="num">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {withDefault(rankedCandidates(candidates)).map((row) => (
                <TrialRow row={row} />
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  )
}

/** The best ones, and the default wherever it stands. */
const withDefault = (rows: readonly Candidate[]): Candidate[] =>
  rows.filter(({ candidate }, i) => i < LISTED || candidate === 0)

const COLUMNS: readonly (readonly [name: string, text: (setting: TunedSetting) => string])[] = [
  ['Learning rate', ({ learningRate }) => `${learningRate}`],
  ['Weight decay', ({ weightDecay }) => `${weightDecay}`],
  ['d_model', ({ dModel }) => `${dModel}`],
  ['Layers', ({ nLayers }) => `${nLayers}`],
  ['d_state', ({ dState }) => `${dState}`],
  ['Window', ({ trainWindow }) => (trainWindow ? count(trainWindow) : 'all')],
]

const TrialRow = ({ row: { candidate, loss, epochs, setting } }: { row: Candidate }) => (
  <tr class={candidate === 0 ? 'model' : undefined}>
    <th scope="row">{candidate === 0 ? 'default' : candidate}</th>
    <td class="num">{loss === null ? 'failed' : loss.toFixed(4)}</td>
    <td class="num">{count(epochs)}</td>
    {COLUMNS.map(([, text]) => (
      <td class="num">{text(setting)}</td>
    ))}
  </tr>
)
