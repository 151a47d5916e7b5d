import {
  bestOf,
  type Candidate,
  rankedCandidates,
  type ShownSearch,
  searchSentence,
  type TunedSetting,
} from '../domain/tuning.js'
import type { SearchProgress } from '../scheduler/jobs/tuning/runSearch.js'
import { table } from './forecastView.js'

/** Settings listed one by one. */
const LISTED = 12

/** One line while a search runs: how far it is, and the best so far beside the default. */
export function progressLine(id: string, { done, total, standard, best }: SearchProgress, minutesLeft: number): string {
  const found = best ? `, best ${ratio(best)} with ${words(best.setting)}` : ''
  const compared = standard ? `, default ${ratio(standard)}` : ''
  return `${id}  ${done}/${total} trials, ${Math.max(minutesLeft, 0).toFixed(1)} min left${compared}${found}`
}

/** A search as lines for a terminal: what it looked at, its best settings beside the default, and what is in use. */
export function searchText({ id, request, cuts, finishedAt, candidates, applied }: ShownSearch): string {
  const rows = rankedCandidates(candidates).slice(0, LISTED)
  return [
    `${id}  ${finishedAt ? 'done' : 'unfinished: call it again to go on'}, ${candidates.length} settings and rungs on ${request.tickers.join(', ')}`,
    ...cuts.map(
      ({ ticker, session, validationSessions }) =>
        `  ${ticker}: trained and scored on sessions up to ${session} only, the last ${validationSessions} of them for the score`,
    ),
    '',
    ...table([
      [
        'setting',
        'pinball / EWMA',
        'epochs',
        'learning rate',
        'weight decay',
        'd_model',
        'layers',
        'd_state',
        'window',
      ],
      ...rows.map((row) => [
        row.candidate === 0 ? 'default' : `${row.candidate}`,
        ratio(row),
        `${row.epochs}`,
        ...cells(row.setting),
      ]),
    ]),
    '',
    `  ${searchSentence(candidates)}`,
    ...Object.entries(applied).map(
      ([ticker, name]) => `  ${ticker}: later trainings use ${name ?? 'the default setting'}`,
    ),
  ].join('\n')
}

/** A search as JSON. */
export const searchJson = ({ id, request, cuts, startedAt, finishedAt, candidates, applied }: ShownSearch): object => ({
  ...{ id, request, cuts, started_at: startedAt, finished_at: finishedAt },
  ...bestOf(candidates),
  candidates,
  applied,
})

const ratio = ({ loss }: Candidate): string => (loss === null ? 'failed' : loss.toFixed(4))

const words = ({ learningRate, weightDecay, dModel, nLayers, dState, trainWindow }: TunedSetting): string =>
  `learning rate ${learningRate}, weight decay ${weightDecay}, d_model ${dModel}, ${nLayers} layers, d_state ${dState}${trainWindow ? `, window ${trainWindow}` : ''}`

const cells = ({ learningRate, weightDecay, dModel, nLayers, dState, trainWindow }: TunedSetting): string[] => [
  ...[learningRate, weightDecay, dModel, nLayers, dState].map(String),
  trainWindow ? `${trainWindow}` : 'all',
]
