import { createHash } from 'node:crypto'
import { findPanel, savePanel } from '../../db/panels.js'
import { activeTickers } from '../../db/tickers.js'
import { UserError } from '../../domain/errors.js'
import { loadCheckpoint, saveCheckpoint } from '../../model/checkpoint.js'
import { MIN_TRAINING_ROWS } from '../../model/defaults.js'
import type { Checkpoint, EpochProgress, TrainingOptions } from '../../model/forecaster.js'
import { isOfPanel, panelColumns, withColumns } from '../../model/panel/panelTable.js'
import { modelSemantics } from '../../model/semantics.js'
import type { JobContext } from './jobContext.js'
import { storedInputs } from './storedData.js'
import { type TickerData, type TickerInputs, tickerData } from './tickerData.js'

/** Fewest rows with which a ticker is part of a panel: those of a training and what warms up. */
export const FEWEST_PANEL_ROWS = MIN_TRAINING_ROWS + 66

export type PanelContext = Pick<JobContext, 'db' | 'pool' | 'options' | 'clock' | 'signal'>

/** Tickers of one process that need the same panel wait for one training. */
const underWay = new Map<string, Promise<Checkpoint>>()

/**
 * The panel that a ticker's full training on rows up to `session` goes on from: one network over all active tickers,
 * trained on outcomes before that session's month. So it is trained once a month, and stored.
 * @throws UserError when no ticker has enough sessions by then.
 */
export async function panelBefore(
  context: PanelContext,
  session: string,
  onEpoch: (progress: EpochProgress) => void,
): Promise<Checkpoint> {
  const { db, options } = context
  const before = `${session.slice(0, 7)}-01`
  const members = await membersBefore(context, before)
  const id = identity(before, options, members)
  const stored = await findPanel(db, id)
  if (stored) return loadCheckpoint(stored.weights)
  const training = underWay.get(id) ?? train(context, { id, before, members, onEpoch })
  underWay.set(id, training)
  try {
    return await training
  } finally {
    underWay.delete(id)
  }
}

interface Member {
  readonly inputs: TickerInputs
  readonly trainRows: number
}

async function membersBefore({ db }: PanelContext, before: string): Promise<Member[]> {
  const all = await Promise.all((await activeTickers(db)).map((ticker) => storedInputs(db, ticker).catch(noBars)))
  return all.flatMap((inputs) => {
    const trainRows = inputs ? inputs.bars.filter(({ session }) => session < before).length - 1 : 0
    return inputs && trainRows >= FEWEST_PANEL_ROWS ? [{ inputs, trainRows }] : []
  })
}

/** A ticker that has just been added may have no bars yet. */
function noBars(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error
}

function identity(before: string, options: TrainingOptions, members: readonly Member[]): string {
  const seen = members.map(({ inputs, trainRows }) => [
    inputs.ticker,
    inputs.hashes[trainRows],
    inputs.exogenous.map(({ name }) => name),
  ])
  return createHash('sha256')
    .update(JSON.stringify([before, options, modelSemantics(), seen]))
    .digest('hex')
}

async function train(
  { db, pool, options, clock, signal }: PanelContext,
  request: {
    readonly id: string
    readonly before: string
    readonly members: readonly Member[]
    readonly onEpoch: (progress: EpochProgress) => void
  },
): Promise<Checkpoint> {
  const { id, before, members, onEpoch } = request
  if (members.length === 0)
    throw new UserError(`no ticker has ${FEWEST_PANEL_ROWS} sessions before ${before}: there is no panel yet`)
  const tables = members.map(({ inputs, trainRows }) => ({
    ticker: inputs.ticker,
    table: tickerData(inputs).table,
    trainRows,
  }))
  const columns = panelColumns(tables)
  const inColumns = tables.map((member) => ({ ...member, table: withColumns(member.ticker, member.table, columns) }))
  const checkpoint = await pool.trainPanel({ members: inColumns, options, onEpoch, signal })
  const { parameters, epochs, validationLoss, seconds } = checkpoint
  await savePanel(db, {
    ...{ id, before, tickers: members.map(({ inputs }) => inputs.ticker), options: { ...options } },
    ...{ parameters, epochs, validationLoss, seconds, weights: saveCheckpoint(checkpoint), createdAt: clock() },
  })
  return checkpoint
}

/** A ticker's data with the columns that a model looks at: its own, or those of a panel. */
export const seenBy = <T extends Pick<TickerData, 'ticker' | 'table'>>(data: T, featureNames: readonly string[]): T =>
  isOfPanel(featureNames) ? { ...data, table: withColumns(data.ticker, data.table, featureNames) } : data
