import { UserError } from '../../../domain/errors.js'
import type { Protocol, WalkForward } from '../../../domain/evaluation.js'
import { baselines } from '../../../model/baselines/baselines.js'
import type { TrainingOptions, Weights } from '../../../model/forecaster.js'
import { NETWORK_NAMES } from '../../../model/peers/networkNames.js'
import { MAMBA_VARIANTS } from './mambaVariants.js'

/** Everything about an evaluation that is chosen. */
export interface EvaluationSettings {
  readonly protocol: Protocol
  /** Trained models, in the order of the report; persistence or the baselines are always there besides. */
  readonly models: readonly string[]
  /** Trained from seeds 1 to n. */
  readonly seeds: number
  /** Protocol `paper` takes its `testSize` only. */
  readonly walkForward: WalkForward
  /** Sessions at the end of each history that are left out altogether: what is chosen on them is not chosen on the last. */
  readonly beforeLast: number
  /** Given first weights of MambaStock (protocol `paper`), and the hash of their file. */
  readonly initial?: { readonly weights: Weights; readonly hash: string }
  /** The product's options. */
  readonly options: TrainingOptions
  readonly codeVersion: string
}

/** Models that a protocol can train. */
export const trainedModels: Readonly<Record<Protocol, readonly string[]>> = {
  paper: NETWORK_NAMES,
  'next-day': ['mamba', ...NETWORK_NAMES],
}

/** What is always computed beside them. */
export const plainModels: Readonly<Record<Protocol, readonly string[]>> = {
  paper: ['zero'],
  'next-day': baselines.map(({ name }) => name),
}

/**
 * The trained models among the names asked for; when none is named all but the further set-ups of the product's own. Baselines may be named and are there anyway.
 * @throws UserError (exit code 2) for a name that the protocol does not know.
 */
export function chooseModels(protocol: Protocol, names: readonly string[]): string[] {
  const [known, plain] = [trainedModels[protocol], plainModels[protocol]]
  const trained = protocol === 'next-day' ? [...new Set([...Object.keys(MAMBA_VARIANTS), ...known])] : known
  const unknown = names.find((name) => !trained.includes(name) && !plain.includes(name))
  if (unknown)
    throw new UserError(`unknown model '${unknown}': protocol ${protocol} knows ${[...trained, ...plain].join(', ')}`, {
      exitCode: 2,
    })
  return names.length === 0 ? [...known] : trained.filter((name) => names.includes(name))
}
