import type { JobKind } from '../domain/job.js'
import { DeliverHandler } from './deliverHandler.js'
import type { JobHandlers } from './jobHandler.js'
import type { RunContext } from './runOnce.js'
import { TickerStageHandler } from './tickerStageHandler.js'

/** The handlers of those kinds; of all, unless said otherwise. */
export function jobHandlers(context: RunContext, kinds?: readonly JobKind[]): JobHandlers {
  const all: Required<JobHandlers> = {
    ingest: new TickerStageHandler(context, 'ingest'),
    train: new TickerStageHandler(context, 'train'),
    forecast: new TickerStageHandler(context, 'forecast'),
    backtest: new TickerStageHandler(context, 'backtest'),
    deliver: new DeliverHandler(context),
  }
  return kinds ? Object.fromEntries(kinds.map((kind) => [kind, all[kind]])) : all
}
