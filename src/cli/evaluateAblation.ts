import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../domain/errors.js'
import type { NextDayRecord } from '../domain/evaluation.js'
import { type AblationArm, type AblationTicker, armSummary, seedsNeeded } from '../evaluation/ablation.js'
import { type AblationReport, ablationMarkdown } from '../evaluation/report/ablationMarkdown.js'
import type { TickerInput } from '../evaluation/report/reportData.js'
import type { EvaluationData } from '../scheduler/jobs/evaluation/evaluationData.js'
import type { EvaluationSettings } from '../scheduler/jobs/evaluation/evaluationSettings.js'
import { MAMBA_VARIANTS } from '../scheduler/jobs/evaluation/mambaVariants.js'
import { chooseTickers } from './chooseTickers.js'
import { compute, fetchAll, type ProtocolOptions, provenance, settingsOf } from './evaluateProtocol.js'
import { type Session, withSession } from './session.js'

const single = { ensemble: 1, recalibrated: true }

/** What is switched on and off: each set-up by itself, then ensembles and recalibration of the per-ticker network. */
const ARMS: readonly AblationArm[] = [
  ...Object.keys(MAMBA_VARIANTS).map((model) => ({ model, ...single })),
  { model: 'mamba', ...single, ensemble: 3 },
  { model: 'mamba', ...single, ensemble: 5 },
  { model: 'mamba', ensemble: 1, recalibrated: false },
  { model: 'mamba', ensemble: 5, recalibrated: false },
]

/** Trains every set-up that is not stored yet, and prints the ablation as Markdown. */
export const evaluateAblation = (options: ProtocolOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async (session) => {
    if (options.models.length > 0)
      throw new UserError('--protocol ablation has its own models: leave --models out', { exitCode: 2 })
    const { options: configured, ...rest } = await settingsOf(
      { ...options, protocol: 'next-day', models: ['mamba'] },
      session.config,
    )
    const { ensemble: __, ...ofOne } = configured // the arms say how many networks are averaged
    const settings: EvaluationSettings = { ...rest, options: ofOne }
    const choice = { symbols: options.ticker, provider: options.provider, location: options.data }
    const tickers = await chooseTickers(session.database.db, session.config, choice)
    const data = await fetchAll(tickers, settings, session)
    const { recalibrated: _, ...made } = provenance(session, [...new Set(ARMS.map(({ model }) => model))], {
      recalibrate: true,
    })
    const measured = await measure(data, settings, options, session)
    const report: AblationReport = {
      provenance: made,
      window: windowText(measured, settings),
      arms: ARMS.map((arm) => armSummary(arm, measured)),
    }
    if (options.report) await write(options.report, report)
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `${ablationMarkdown(report)}\n`)
  })

/** Records of every set-up, from as many seeds as its arms need. */
async function measure(
  data: readonly EvaluationData[],
  settings: EvaluationSettings,
  { jobs, again = false }: ProtocolOptions,
  session: Session,
): Promise<AblationTicker[]> {
  const seeds = new Map<string, number>()
  for (const arm of ARMS) seeds.set(arm.model, Math.max(seeds.get(arm.model) ?? 0, seedsNeeded(arm)))
  const found: TickerInput[][] = []
  for (const count of new Set(seeds.values())) {
    const models = [...seeds].flatMap(([model, needed]) => (needed === count ? [model] : []))
    found.push(await compute(data, { ...settings, models, seeds: count }, { jobs, again, recalibrate: false }, session))
  }
  return data.map((_, i) => ablationTicker(found.map((inputs) => inputs[i]!)))
}

function ablationTicker(parts: readonly TickerInput[]): AblationTicker {
  const { ticker, largeMoveRate } = parts[0]!
  const baselines = new Map<string, NextDayRecord>()
  const seeds = new Map<string, NextDayRecord[]>()
  for (const { model, record } of parts.flatMap(({ models }) => models)) {
    if (record.protocol !== 'next-day') continue
    if (record.cost) seeds.set(model, [...(seeds.get(model) ?? []), record])
    else baselines.set(model, record)
  }
  return { ticker, largeMoveRate, baselines, seeds }
}

function windowText(tickers: readonly AblationTicker[], { walkForward, beforeLast }: EvaluationSettings): string {
  const sessions = tickers.flatMap(({ baselines }) => [...baselines.values()].flatMap(({ asOf }) => asOf)).sort()
  const { testSize, stepSize } = walkForward
  const cuts = Math.ceil(testSize / stepSize)
  const before = beforeLast > 0 ? ` before the last ${beforeLast}` : ''
  const trained = cuts > 1 ? `, trained anew every ${stepSize}` : ''
  return `${testSize} sessions of each ticker${before}${trained}, forecast as of ${sessions[0]} to ${sessions.at(-1)}.`
}

async function write(folder: string, report: AblationReport): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'ablation.json'), `${JSON.stringify(report, null, 2)}\n`)
  await writeFile(join(folder, 'ablation.md'), `${ablationMarkdown(report)}\n`)
}
