import { createHash } from 'node:crypto'
import type { EvaluationKey, EvaluationRecord } from '../../../domain/evaluation.js'
import { baselines } from '../../../model/baselines/baselines.js'
import type { EpochProgress } from '../../../model/forecaster.js'
import type { NetworkName } from '../../../model/peers/networkNames.js'
import { paperRecipe } from '../../../model/peers/paperRecipe.js'
import { modelSemantics } from '../../../model/semantics.js'
import type { TrainingPool } from '../../../model/trainingPool.js'
import type { EvaluationData } from './evaluationData.js'
import type { EvaluationSettings } from './evaluationSettings.js'
import { isMamba, type MambaVariant, type MambaVariants } from './mambaVariants.js'
import { baselineRecords, modelRecord } from './nextDayRecords.js'
import { paperRecord, persistenceRecord } from './paperRecords.js'

/** What a cell needs to run. */
export interface CellContext {
  readonly pool: TrainingPool
  readonly sideBySide: number
  readonly signal: AbortSignal
  readonly onEpoch: (progress: EpochProgress) => void
}

/** The smallest piece of an evaluation that is stored as it finishes: one model from one seed, or all that is plain. */
export interface Cell {
  readonly ticker: string
  readonly label: string
  readonly keys: readonly EvaluationKey[]
  readonly settings: Record<string, unknown>
  /** One record per key. */
  readonly run: (context: CellContext) => Promise<EvaluationRecord[]>
}

/** Every cell of one ticker, the plain ones first. */
export const evaluationCells = (data: EvaluationData, settings: EvaluationSettings, variants: MambaVariants): Cell[] =>
  data.paper ? paperCells(data, settings) : nextDayCells(data, settings, variants)

function paperCells(data: EvaluationData, settings: EvaluationSettings): Cell[] {
  const { protocol, codeVersion, initial } = settings
  const common = { protocol, testSize: settings.walkForward.testSize, codeVersion }
  const plain = cell(data, [['zero', 0]], 'persistence', common, async () => [persistenceRecord(data.paper!)])
  const trained = settings.models.flatMap((model) => {
    const given = model === 'mambastock' ? initial : undefined
    const seeds = given ? [0] : seedsOf(settings)
    return seeds.map((seed) => {
      const chosen = { ...common, model, recipe: paperRecipe, initial: given?.hash ?? null }
      const request = { network: model as NetworkName, seed, ...(given && { initial: given.weights }) }
      const name = given ? `${model}, given weights` : `${model} seed ${seed}`
      return cell(data, [[model, seed]], name, chosen, async (context) => [
        await paperRecord(data.paper!, request, context),
      ])
    })
  })
  return [plain, ...trained]
}

function nextDayCells(data: EvaluationData, settings: EvaluationSettings, variants: MambaVariants): Cell[] {
  const { protocol, walkForward, codeVersion, options } = settings
  const common = { protocol, walkForward, codeVersion, semantics: modelSemantics() }
  const names = baselines.map(({ name }): [string, number] => [name, 0])
  const versions = Object.fromEntries(baselines.map(({ name, version }) => [name, version]))
  const plain = cell(data, names, 'baselines', { ...common, versions }, (context) => baselineRecords(data, context))
  const trained = settings.models.flatMap((model) =>
    seedsOf(settings).map((seed) => {
      const beside = isMamba(model) ? variants.fingerprint(model) : {}
      const chosen = { ...common, model, options: { ...options, seed: null }, recipe: paperRecipe, ...beside }
      return cell(data, [[model, seed]], `${model} seed ${seed}`, chosen, async (context) => [
        await modelRecord(data, model as NetworkName | MambaVariant, { ...options, seed }, variants, context),
      ])
    }),
  )
  return [plain, ...trained]
}

const seedsOf = ({ seeds }: EvaluationSettings): number[] => Array.from({ length: seeds }, (_, i) => i + 1)

function cell(
  { ticker, dataHash }: EvaluationData,
  parts: readonly [model: string, seed: number][],
  name: string,
  settings: Record<string, unknown>,
  run: Cell['run'],
): Cell {
  const experiment = createHash('sha256').update(JSON.stringify(settings)).digest('hex')
  const keys = parts.map(([model, seed]) => ({ ticker, model, seed, experiment, dataHash }))
  return { ticker, label: `${ticker} ${name}`, keys, settings, run }
}
