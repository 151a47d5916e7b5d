import type { AdjustedBar } from '../../../domain/bar.js'
import type { GroupField } from '../../../domain/series.js'
import { computeFeatures } from '../../../features/computeFeatures.js'
import type { ExogenousSeries } from '../../../features/exogenous.js'
import { groupSeries } from '../../../features/groupSeries.js'
import type { FeatureTable } from '../../../features/table.js'
import { closeOf } from '../../../ingest/sessionClose.js'
import type { Checkpoint, TrainingOptions } from '../../../model/forecaster.js'
import { panelColumns, withColumns } from '../../../model/panel/panelTable.js'
import type { PanelMember } from '../../../model/panel/trainPanel.js'
import { GROUP_FIELDS, groupName } from '../groupsOf.js'
import { FEWEST_PANEL_ROWS } from '../panelBefore.js'
import { type TickerClock, tickerInputs } from '../tickerData.js'
import type { CellContext } from './evaluationCells.js'
import type { EvaluationData } from './evaluationData.js'

/** Ways to set up the product's network, by the name under which they are evaluated. */
export const MAMBA_VARIANTS = {
  mamba: { panel: false, exogenous: false },
  'mamba-exogenous': { panel: false, exogenous: true },
  'mamba-panel': { panel: true, exogenous: false },
  'mamba-panel-exogenous': { panel: true, exogenous: true },
} as const

export type MambaVariant = keyof typeof MAMBA_VARIANTS

export const isMamba = (model: string): model is MambaVariant => Object.hasOwn(MAMBA_VARIANTS, model)

/** What the variants share over all tickers of an evaluation; made once, when it is first asked for. */
export class MambaVariants {
  readonly #tables = new Map<string, FeatureTable>()
  readonly #panels = new Map<string, Promise<Checkpoint>>()
  #groups: readonly ExogenousSeries[] | undefined

  constructor(private readonly all: readonly EvaluationData[]) {}

  /** What a variant's figures follow from beside the ticker itself. */
  fingerprint(model: MambaVariant): object {
    const { panel, exogenous } = MAMBA_VARIANTS[model]
    if (!panel && !exogenous) return {}
    return {
      beside: this.all.map(({ ticker, dataHash }) => [ticker, dataHash]),
      series: exogenous && this.#seriesHashes(),
    }
  }

  /**
   * Table of a ticker, and the weights that its training as of row `trainEnd` goes on from where there is a panel.
   * A panel ends with the month before, so that tickers of one market share it.
   */
  async setUp(
    data: EvaluationData,
    model: MambaVariant,
    trainEnd: number,
    options: TrainingOptions,
    context: CellContext,
  ): Promise<{ readonly table: FeatureTable; readonly warmStart?: Checkpoint }> {
    const { panel, exogenous } = MAMBA_VARIANTS[model]
    const table = this.#table(data, exogenous)
    if (!panel) return { table }
    const monthStart = `${table.sessions[trainEnd - 1]!.slice(0, 7)}-01`
    const key = `${model} ${monthStart} ${options.seed}`
    const training = this.#panels.get(key) ?? this.#panel(monthStart, exogenous, options, context)
    this.#panels.set(key, training)
    const warmStart = await training
    return { table: withColumns(data.ticker, table, warmStart.featureNames), warmStart }
  }

  /** A panel of every ticker, from outcomes before `day` only. */
  #panel(day: string, exogenous: boolean, options: TrainingOptions, context: CellContext): Promise<Checkpoint> {
    const { pool, signal, onEpoch } = context
    const members = this.all.flatMap((data): PanelMember[] => {
      const table = this.#table(data, exogenous)
      const trainRows = table.sessions.filter((session) => session < day).length - 1
      return trainRows < FEWEST_PANEL_ROWS ? [] : [{ ticker: data.ticker, table, trainRows }]
    })
    const columns = panelColumns(members)
    const inColumns = members.map((member) => ({ ...member, table: withColumns(member.ticker, member.table, columns) }))
    return pool.trainPanel({ members: inColumns, options, onEpoch, signal })
  }

  #table(data: EvaluationData, exogenous: boolean): FeatureTable {
    if (!exogenous) return data.nextDay!.table
    const known = this.#tables.get(data.ticker)
    if (known) return known
    const inputs = tickerInputs(data.clock, data.bars, [...this.#groupStates(), ...data.series])
    const table = computeFeatures(data.bars, { exogenous: inputs.exogenous })
    this.#tables.set(data.ticker, table)
    return table
  }

  /** The state of each exchange's tickers, known at its close. */
  #groupStates(): readonly ExogenousSeries[] {
    this.#groups ??= [...new Set(this.all.map(({ clock }) => clock.exchange))].sort().flatMap((exchange) => {
      const members = this.all.filter(({ clock }) => clock.exchange === exchange)
      return GROUP_FIELDS.map((field) =>
        stateOf(
          members[0]!.clock,
          field,
          members.map(({ bars }) => bars),
        ),
      )
    })
    return this.#groups
  }

  #seriesHashes(): object {
    return this.all.map(({ series }) => series.map(({ name, points }) => [name, points.length, points.at(-1)?.date]))
  }
}

function stateOf(
  { exchange, timezone }: TickerClock,
  field: GroupField,
  members: readonly (readonly AdjustedBar[])[],
): ExogenousSeries {
  const points = groupSeries(members, field).map((day) => ({
    ...day,
    knownAt: new Date(closeOf(day.date, { code: exchange, timezone })),
  }))
  return { name: groupName(exchange, field), points }
}
