import type { RunStatus, RunTrigger, Stage } from '../../domain/run.js'

const stageNames: Record<Stage, string> = {
  waiting: 'waiting',
  ingest: 'reading bars',
  settle: 'settling forecasts',
  train: 'training',
  forecast: 'forecasting',
  backtest: 'scoring the past',
  done: 'done',
  failed: 'failed',
}

const triggerNames: Record<RunTrigger, string> = {
  cli: 'from the command line',
  start: 'at the start of the server',
  schedule: 'on schedule',
  tick: 'by mambacast tick',
  dashboard: 'from the dashboard',
}

/** A stage of a run, for people. */
export const stageName = (stage: Stage): string => stageNames[stage]

/** What began a run, for people. */
export const triggerName = (trigger: RunTrigger): string => triggerNames[trigger]

/** The class of the tag that shows how a run ended. */
export const statusTag = (status: RunStatus): string =>
  ({ running: 'tag live', done: 'tag', failed: 'tag fail', interrupted: 'tag warn', cancelled: 'tag warn' })[status]

export const runPath = (id: string): string => `/runs/${id}`
