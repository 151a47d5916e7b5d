import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Db } from '../../db/database.js'
import type { MissedRun } from '../../db/missedRuns.js'
import { jobCounts, jobDurations, lastSuccesses, newestFigures, runCounts } from '../../db/operations.js'
import { MODEL } from '../routes.js'

const WINDOW = 60
const ofProcess = new Registry()
collectDefaultMetrics({ register: ofProcess })

/**
 * Everything for Prometheus in its text format. What concerns runs, jobs and forecasts is read from the database at each
 * call, so that any process tells the same; only the figures of the process itself are its own.
 */
export async function metricsText(db: Db, now: Date, missed: readonly MissedRun[]): Promise<string> {
  const registry = new Registry()
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `mambacast_${name}`, help, labelNames, registers: [registry] })
  const [jobs, durations, runs, successes, figures] = await Promise.all([
    ...([jobCounts(db), jobDurations(db, now)] as const),
    ...([runCounts(db), lastSuccesses(db), newestFigures(db, MODEL, WINDOW)] as const),
  ])

  const jobGauge = gauge('jobs', 'Jobs by kind and state; created and retry are waiting.', ['kind', 'state'])
  for (const { kind, state, n } of jobs) jobGauge.set({ kind, state }, n)
  const waiting = jobs.filter(({ state }) => state === 'created' || state === 'retry')
  gauge('queue_depth', 'Jobs that wait to be taken.').set(waiting.reduce((sum, { n }) => sum + n, 0))
  const duration = gauge('job_duration_seconds', 'Duration of jobs completed within the last hour.', [
    'kind',
    'quantile',
  ])
  for (const { kind, quantile, seconds } of durations) duration.set({ kind, quantile: String(quantile) }, seconds)

  const runCounter = new Counter({
    ...{ name: 'mambacast_runs_total', help: 'Runs by how they ended.', labelNames: ['status'] },
    registers: [registry],
  })
  for (const { status, n } of runs) runCounter.inc({ status }, n)
  const success = gauge('last_success_timestamp_seconds', 'When the scheduled work last ended well.', ['exchange'])
  for (const [exchange, at] of successes) success.set({ exchange }, at.getTime() / 1000)
  const missedGauge = gauge('run_missed', '1 while a scheduled run is overdue.', ['exchange'])
  for (const exchange of successes.keys()) missedGauge.set({ exchange }, 0)
  for (const { exchange } of missed) missedGauge.set({ exchange }, 1)

  const error = gauge('forecast_error', `Figures over the last ${WINDOW} settled sessions, in percent.`, [
    'ticker',
    'figure',
  ])
  const coverage = gauge('forecast_coverage', 'Share of outcomes inside the interval.', ['ticker', 'interval'])
  for (const { ticker, figures: f } of figures) {
    for (const figure of ['mae', 'rmse', 'pinball', 'crps'] as const) error.set({ ticker, figure }, f[figure])
    coverage.set({ ticker, interval: '80' }, f.coverage_80)
    coverage.set({ ticker, interval: '95' }, f.coverage_95)
  }
  return `${await registry.metrics()}\n${await ofProcess.metrics()}`
}
