import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Config } from '../config.js'
import { saveEvaluationReport } from '../db/evaluationReports.js'
import { UserError } from '../domain/errors.js'
import type { Protocol, WalkForward } from '../domain/evaluation.js'
import type { EvaluationReport, Provenance } from '../domain/evaluationReport.js'
import type { Ticker } from '../domain/ticker.js'
import { largeMoveRate } from '../evaluation/brier.js'
import { recalibrated } from '../evaluation/recalibrated.js'
import { reportCsv } from '../evaluation/report/reportCsv.js'
import { reportOf, type TickerInput } from '../evaluation/report/reportData.js'
import { reportHtml } from '../evaluation/report/reportHtml.js'
import { sentencesOf } from '../evaluation/report/reportSentences.js'
import type { BackendPreference } from '../kernels/backend.js'
import { adjustedReturns } from '../model/baselines/adjustedReturns.js'
import type { Weights } from '../model/forecaster.js'
import { createTrainingPool } from '../model/trainingPool.js'
import { type EvaluationData, evaluationData } from '../scheduler/jobs/evaluation/evaluationData.js'
import { chooseModels, type EvaluationSettings } from '../scheduler/jobs/evaluation/evaluationSettings.js'
import { type EvaluatedModel, runEvaluation } from '../scheduler/jobs/evaluation/runEvaluation.js'
import { storedSeries } from '../scheduler/jobs/storedData.js'
import { trainingOptions } from '../scheduler/trainingOptions.js'
import { chooseTickers } from './chooseTickers.js'
import { evaluationText } from './evaluationText.js'
import { progressDisplay } from './progressDisplay.js'
import { type GlobalOptions, type Session, withSession } from './session.js'
import { version } from './version.js'

export interface ProtocolOptions extends GlobalOptions {
  readonly protocol: Protocol
  readonly ticker: readonly string[]
  readonly models: readonly string[]
  readonly provider?: string
  readonly data?: string
  readonly init?: string
  readonly seeds: number
  readonly testSize: number
  readonly beforeLast: number
  readonly stepSize?: number
  readonly refit: number
  readonly embargo: number
  readonly window: WalkForward['window']
  readonly jobs: number
  readonly again?: boolean
  readonly recalibrate: boolean
  readonly report?: string
}

/** Evaluates the chosen models on the chosen tickers, prints the figures, and keeps the report, and writes it where it is wanted. */
export const evaluateProtocol = (options: ProtocolOptions): Promise<void> =>
  withSession({ ...options, quiet: true }, async (session) => {
    const settings = await settingsOf(options, session.config)
    const choice = { symbols: options.ticker, provider: options.provider, location: options.data }
    const tickers = await chooseTickers(session.database.db, session.config, choice)
    const data = await fetchAll(tickers, settings, session)
    const inputs = await compute(data, settings, options, session)
    const made = provenance(session, settings.models, options)
    const report = reportOf(settings.protocol, settings.walkForward, made, inputs)
    const full = { ...report, sentences: sentencesOf(report) }
    const files = { html: await reportHtml(report, inputs), csv: reportCsv(report) }
    await saveEvaluationReport(session.database.db, {
      ...{ id: reportId(report), report: full, ...files, createdAt: session.runContext.clock() },
    })
    if (options.report) await writeReport(options.report, full, files)
    process.stdout.write(options.json ? `${JSON.stringify(full, null, 2)}\n` : `${evaluationText(report)}\n`)
    if (options.report) process.stderr.write(`report: ${join(options.report, 'report.html')}\n`)
  })

/** What the options and the configuration come to. */
export async function settingsOf(options: ProtocolOptions, config: Config): Promise<EvaluationSettings> {
  const { protocol, testSize, stepSize = testSize, refit, embargo, window, seeds, init } = options
  return {
    ...{ protocol, seeds, models: chooseModels(protocol, options.models), codeVersion: version },
    beforeLast: options.beforeLast,
    walkForward: { testSize, stepSize, refit, embargo, window },
    options: trainingOptions(config),
    ...(init && { initial: await readWeights(init) }),
  }
}

/** All data before any training, so that bad input costs nothing. */
export async function fetchAll(
  tickers: readonly Ticker[],
  settings: EvaluationSettings,
  { runContext, signal, database: { db } }: Session,
): Promise<EvaluationData[]> {
  const results = await Promise.allSettled(
    tickers.map(async (ticker) =>
      evaluationData(
        ticker,
        runContext.providers.get(ticker.provider, ticker.location),
        await storedSeries(db, ticker.symbol),
        settings,
        {
          now: runContext.clock(),
          signal,
        },
      ),
    ),
  )
  const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const unexpected = failed.find((error) => !(error instanceof UserError))
  if (unexpected) throw unexpected
  const errors = failed as UserError[]
  if (errors.length > 0)
    throw new UserError(errors.map(({ message }) => message).join('\n'), { exitCode: errors[0]!.exitCode })
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

/** Runs what is not stored yet, with progress; records of trained models are recalibrated where it is wanted. */
export async function compute(
  data: readonly EvaluationData[],
  settings: EvaluationSettings,
  { jobs, again = false, recalibrate }: Pick<ProtocolOptions, 'jobs' | 'again' | 'recalibrate'>,
  { database: { db }, config, runContext: { clock }, signal }: Session,
): Promise<TickerInput[]> {
  const pool = createTrainingPool({ threads: jobs, backend: backendOf(config, settings.models) })
  const display = progressDisplay('experiments')
  try {
    const results = await runEvaluation({
      ...{ db, pool, settings, data, jobs, again, clock, signal },
      onProgress: display.update,
    })
    return data.map(({ ticker, isSample, bars }) => ({
      ...{ ticker, isSample, bars: bars.length },
      largeMoveRate: largeMoveRate(adjustedReturns(bars).slice(0, -settings.walkForward.testSize)),
      models: results.get(ticker)!.map((one) => (recalibrate ? asServed(one) : one)),
    }))
  } finally {
    display.stop()
    await pool.close()
  }
}

/** Baselines are taken as they are. */
const asServed = (model: EvaluatedModel): EvaluatedModel =>
  model.record.protocol === 'next-day' && model.record.cost ? { ...model, record: recalibrated(model.record) } : model

/**
 * The peers have kernels for the CPU only, and one backend for all keeps the seconds comparable; a GPU that the
 * configuration names is used where nothing but the product's own model is trained.
 */
function backendOf({ model: { backend } }: Config, models: readonly string[]): BackendPreference {
  const isGpu = backend === 'webgpu' || backend === 'tensorflow'
  if (isGpu && models.every((model) => model === 'mamba')) return backend
  return backend === 'cpu' ? 'cpu' : 'wasm'
}

/** Where, when and how. */
export function provenance(
  { config, runContext }: Session,
  models: readonly string[],
  { recalibrate }: Pick<ProtocolOptions, 'recalibrate'>,
): Provenance {
  const cores = availableParallelism()
  return {
    command: ['mambacast', ...process.argv.slice(2)].join(' '),
    machine: `${cores} ${cores === 1 ? 'core' : 'cores'} (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}, backend ${backendOf(config, models)}`,
    date: runContext.clock().toISOString().slice(0, 10),
    version,
    recalibrated: recalibrate,
  }
}

const weightFile = z.object({
  weights: z.record(z.string(), z.object({ shape: z.array(z.int().positive()), data: z.array(z.number()) })),
})

async function readWeights(file: string): Promise<{ weights: Weights; hash: string }> {
  const wrong = (problem: string, cause?: unknown) =>
    new UserError(`--init ${file}: ${problem}`, { exitCode: 2, cause })
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw wrong(error.code === 'ENOENT' ? 'no such file' : `cannot be read (${error.code})`, error)
  })
  const parsed = weightFile.safeParse(parseJson(bytes.toString('utf8'), wrong))
  if (!parsed.success) throw wrong('expected {"weights": {name: {"shape": [...], "data": [...]}}}', parsed.error)
  const entries = Object.entries(parsed.data.weights)
  const torn = entries.find(([, { shape, data }]) => shape.reduce((size, d) => size * d, 1) !== data.length)
  if (torn) throw wrong(`'${torn[0]}' holds ${torn[1].data.length} numbers, not those of its shape (${torn[1].shape})`)
  const weights = Object.fromEntries(
    entries.map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
  )
  return { weights, hash: createHash('sha256').update(bytes).digest('hex') }
}

function parseJson(text: string, wrong: (problem: string, cause?: unknown) => UserError): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw wrong('not JSON', error)
  }
}

/** The same figures once more are the same report, whenever and by what command they were asked for. */
const reportId = ({ provenance: _, ...found }: EvaluationReport): string =>
  createHash('sha256').update(JSON.stringify(found)).digest('hex').slice(0, 24)

async function writeReport(
  folder: string,
  report: EvaluationReport,
  { html, csv }: { html: string; csv: string },
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
    await writeFile(join(folder, 'report.csv'), csv)
    await writeFile(join(folder, 'report.html'), html)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (!code) throw error
    throw new UserError(`--report ${folder}: cannot be written (${code})`, { cause: error })
  }
}
