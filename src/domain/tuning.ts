/** What a search may choose; the names are those of the training options. */
export interface TunedSetting {
  readonly learningRate: number
  readonly weightDecay: number
  readonly dModel: number
  readonly nLayers: number
  readonly dState: number
  /** Training rows at the end that the loss counts; absent: all of them. */
  readonly trainWindow?: number
}

/** One setting, trained for so many epochs on one ticker and scored on the sessions after. */
export interface Trial {
  /** The larger, the more settings it begins with and the fewer epochs each is given at first; -1 holds the default. */
  readonly bracket: number
  readonly rung: number
  /** Number of the setting within the search; 0 is the default. */
  readonly candidate: number
  readonly ticker: string
  readonly setting: TunedSetting
  /** Epochs it was given at most. */
  readonly epochs: number
  /** Epochs behind the kept weights; null when training failed. */
  readonly bestEpoch: number | null
  /** Mean pinball loss over the validation sessions, in percent; null when training failed. */
  readonly pinball: number | null
  /** That of EWMA on the same sessions. */
  readonly ewmaPinball: number
  readonly error: string | null
  readonly seconds: number
}

/** One setting at one rung, over all tickers of its search. */
export interface Candidate extends Pick<Trial, 'bracket' | 'rung' | 'candidate' | 'setting' | 'epochs'> {
  /** Mean over the tickers of pinball / EWMA's; the lower the better, null when a training failed or is to come. */
  readonly loss: number | null
  readonly seconds: number
}

/** Where a ticker's history is cut for a search: nothing after `session` is seen. */
export interface TuningCut {
  readonly ticker: string
  /** The last session that is seen. */
  readonly session: string
  /** Hash of the bars up to it. */
  readonly dataHash: string
  /** Rows before the validation sessions. */
  readonly trainRows: number
  readonly validationSessions: number
}

/** What is asked of a search; the same request takes up an unfinished one. */
export interface TuningRequest {
  readonly tickers: readonly string[]
  readonly seed: number
  readonly maxEpochs: number
  /** Version of the search space. */
  readonly space: number
  /** Options that are not searched. */
  readonly base: Readonly<Record<string, unknown>>
}

/** A search as it is shown. */
export interface ShownSearch {
  readonly id: string
  readonly request: TuningRequest
  readonly cuts: readonly TuningCut[]
  readonly startedAt: Date
  /** Null while it is unfinished. */
  readonly finishedAt: Date | null
  readonly candidates: readonly Candidate[]
  /** Name of the setting that each ticker's trainings use; null for the default. */
  readonly applied: Readonly<Record<string, string | null>>
}

/** All trials of each setting and rung as one, in the order in which they were made. */
export function candidatesOf(trials: readonly Trial[], tickers: number): Candidate[] {
  const groups = new Map<string, Trial[]>()
  for (const trial of trials) {
    const key = `${trial.bracket} ${trial.rung} ${trial.candidate}`
    groups.set(key, [...(groups.get(key) ?? []), trial])
  }
  return [...groups.values()].map((group) => {
    const { bracket, rung, candidate, setting, epochs } = group[0]!
    const ratios = group.map(({ pinball, ewmaPinball }) => (pinball === null ? Number.NaN : pinball / ewmaPinball))
    const loss = group.length < tickers ? Number.NaN : ratios.reduce((sum, ratio) => sum + ratio, 0) / tickers
    const seconds = group.reduce((sum, trial) => sum + trial.seconds, 0)
    return { bracket, rung, candidate, setting, epochs, loss: Number.isFinite(loss) ? loss : null, seconds }
  })
}

/** The default setting's result and the best other one: that of the lowest loss among those given the most epochs. */
export function bestOf(candidates: readonly Candidate[]): {
  standard: Candidate | undefined
  best: Candidate | undefined
} {
  const known = candidates.filter(({ loss }) => loss !== null)
  const others = known.filter(({ candidate }) => candidate !== 0)
  const most = Math.max(...others.map(({ epochs }) => epochs))
  const best = others
    .filter(({ epochs }) => epochs === most)
    .reduce<Candidate | undefined>((least, other) => (least && least.loss! <= other.loss! ? least : other), undefined)
  return { standard: known.find(({ candidate }) => candidate === 0), best }
}

/** Those given the most epochs first, by their loss; what failed comes last. */
export const rankedCandidates = (candidates: readonly Candidate[]): Candidate[] =>
  candidates.toSorted(
    (a, b) => b.epochs - a.epochs || (a.loss ?? Number.POSITIVE_INFINITY) - (b.loss ?? Number.POSITIVE_INFINITY),
  )

/** What may be said of a search, in one sentence. */
export function searchSentence(candidates: readonly Candidate[]): string {
  const { standard, best } = bestOf(candidates)
  if (!standard || !best) return 'Too few trials are done to compare with the default.'
  const saved = 100 * (1 - best.loss! / standard.loss!)
  if (saved <= 0) return 'No setting is better than the default on the validation sessions.'
  return `Setting ${best.candidate} has ${saved.toFixed(2)} % less loss than the default on the validation sessions; the best of many is flattered by chance, so expect less.`
}
