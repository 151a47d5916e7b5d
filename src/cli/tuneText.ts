import { bestOf, type Candidate, type TunedSetting } from '../domain/tuning.js'
import type { SearchProgress } from '../scheduler/jobs/tuning/runSearch.js'
import { table } from './forecastView.js'
import type { ShownSearch } from './tune.js'

/** Settings listed one by one. */
const LISTED = 12

/** One line while a search runs: how far it is, and the best so far beside the default. */
export function progressLine(id: string, { done, total, standard, best }: SearchProgress, minutesLeft: number): string {
  const found = best ? `, best ${ratio(best)} with ${words(best.setting)}` : ''
  const compared = standard ? `, default ${ratio(standard)}` : ''
  return `${id}  ${done}/${total} trials, ${Math.max(minutesLeft, 0).toFixed(1)} min left${compared}${found}`
}

/** A search as lines for a terminal: what it looked at, its best settings beside the default, and what is in use. */
export function searchText({ search, candidates, applied }: ShownSearch): string {
  const { standard, best } = bestOf(candidates)
  const rows = ranked(candidates).slice(0, LISTED)
  return [
    `${search.id}  ${search.finishedAt ? 'done' : 'unfinished: call it again to go on'}, ${candidates.length} settings and rungs on ${search.tickers.join(', ')}`,
    ...search.cuts.map(
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
    `  ${verdictOf(standard, best)}`,
    ...Object.entries(applied).map(
      ([ticker, name]) => `  ${ticker}: later trainings use ${name ?? 'the default setting'}`,
    ),
  ].join('\n')
}

/** A search as JSON. */
export const searchJson = ({ search, candidates, applied }: ShownSearch): object => ({
  id: search.id,
  tickers: search.tickers,
  request: search.request,
  cuts: search.cuts,
  started_at: search.startedAt,
  finished_at: search.finishedAt,
  ...bestOf(candidates),
  candidates,
  applied,
})

/** Those given the most epochs first, by their loss. */
export const ranked = (candidates: readonly Candidate[]): Candidate[] =>
  candidates.toSorted(
    (a, b) => b.epochs - a.epochs || (a.loss ?? Number.POSITIVE_INFINITY) - (b.loss ?? Number.POSITIVE_INFINITY),
  )

function verdictOf(standard: Candidate | undefined, best: Candidate | undefined): string {
  if (!standard || !best) return 'Too few trials are done to compare with the default.'
  const saved = 100 * (1 - best.loss! / standard.loss!)
  if (saved <= 0) return 'No setting is better than the default on the validation sessions.'
  return `Setting ${best.candidate} has ${saved.toFixed(2)} % less loss than the default on the validation sessions; the best of many is flattered by chance, so expect less.`
}

const ratio = ({ loss }: Candidate): string => (loss === null ? 'failed' : loss.toFixed(4))

const words = ({ learningRate, weightDecay, dModel, nLayers, dState, trainWindow }: TunedSetting): string =>
  `learning rate ${learningRate}, weight decay ${weightDecay}, d_model ${dModel}, ${nLayers} layers, d_state ${dState}${trainWindow ? `, window ${trainWindow}` : ''}`

const cells = ({ learningRate, weightDecay, dModel, nLayers, dState, trainWindow }: TunedSetting): string[] => [
  ...[learningRate, weightDecay, dModel, nLayers, dState].map(String),
  trainWindow ? `${trainWindow}` : 'all',
]
