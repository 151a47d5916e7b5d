// A process of the fleet that the scheduler's tests start and kill: `worker`, `trainer`, `scheduler` or `sleeper`.
// Everything in it is the product's own but the clock, and in a `worker` the training, which takes a few milliseconds and
// learns nothing.
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { loadConfig } from '../../dist/config.js'
import { connect } from '../../dist/db/database.js'
import { createProviders } from '../../dist/ingest/providers.js'
import { createLogger } from '../../dist/log.js'
import { initialWeights } from '../../dist/model/initialise.js'
import { createTrainingPool } from '../../dist/model/trainingPool.js'
import { parameterCount } from '../../dist/model/weights.js'
import { enqueueDue } from '../../dist/scheduler/enqueueDue.js'
import { jobHandlers } from '../../dist/scheduler/jobHandlers.js'
import { Supervisor } from '../../dist/scheduler/supervisor.js'
import { Worker } from '../../dist/scheduler/worker.js'

const {
  FLEET_ROLE,
  FLEET_CLOCK,
  FLEET_WORK_MS,
  FLEET_TRAINING = '{}',
  DATABASE_URL,
  LOG_LEVEL = 'silent',
} = process.env
const workMs = Number(FLEET_WORK_MS)

const log = createLogger(LOG_LEVEL)
const config = loadConfig({ DATABASE_URL })
Object.assign(config.forecast, { backtestSessions: 0, explain: false })
Object.assign(config.model.training, JSON.parse(FLEET_TRAINING))
config.worker.checkpointSeconds = 0.2
const database = connect(DATABASE_URL, 4)
const clock = () => (FLEET_CLOCK ? new Date(readFileSync(FLEET_CLOCK, 'utf8')) : new Date())

/** An untrained network of the right shape. */
async function train({ table, trainRows, options, signal }) {
  await delay(workMs, undefined, { signal })
  const { dState, expand, dConv, dtRank } = options
  const shape = { features: table.names.length, dModel: 4, nLayers: 1, dState, expand, dConv, dtRank, outputs: 9 }
  return {
    ...{ options, shape, featureNames: table.names, trainRows, residualQuantiles: null, backend: 'simulated' },
    normaliser: { mean: table.names.map(() => 0), scale: table.names.map(() => 1) },
    weights: initialWeights(shape, options.seed),
    trainStart: table.sessions[0],
    trainEnd: table.sessions[trainRows - 1],
    ...{ epochs: 1, trainLoss: 1, validationLoss: 1, seconds: workMs / 1000, parameters: parameterCount(shape) },
  }
}

const distributions = (rows) =>
  Array.from({ length: rows }, () => ({ mean: 0, quantiles: [-3, -2, -1.5, -0.7, 0, 0.7, 1.5, 2, 3] }))

const simulated = {
  train,
  predictLast: async () => ({ distribution: distributions(1)[0], state: null }),
  predict: async (_, table, from) => distributions(table.sessions.length - from),
  forecastBaselines: async (bars, from) => [
    { name: 'zero', version: 1, distributions: distributions(bars.length - from) },
  ],
}

const pool = FLEET_ROLE === 'trainer' ? createTrainingPool({ threads: 1, backend: 'wasm' }) : simulated
const providers = createProviders(config.providers, { environment: () => undefined, log })
const context = { database, config, log, clock, pool, providers, concurrency: 1, codeVersion: 'test' }

/** Does nothing for a while; one after another. */
const sleep = {
  tickerOf: (job) => job.data.ticker,
  perform: async () => {
    await delay(workMs)
    return { commit: async () => {} }
  },
  failed: async () => {},
  postponed: async () => {},
}

const isScheduler = FLEET_ROLE === 'scheduler'
const handlers = FLEET_ROLE === 'sleeper' ? { train: sleep } : isScheduler ? {} : jobHandlers(context)
const worker = new Worker({ database, log, handlers, concurrency: 1, limits: { ingest: 1 } })
const supervisor = new Supervisor(context)
let isStopping = false
process.once('SIGTERM', async () => {
  isStopping = true
  await supervisor.stop()
  await worker.stop(5_000)
  await working
  await database.close()
})
supervisor.start()
const working = worker.run()
process.stdout.write('ready\n')
while (isScheduler && !isStopping) {
  await enqueueDue(context, 'schedule', clock()).catch((err) => log.warn({ err }, 'nothing enqueued'))
  await delay(100)
}
await working
