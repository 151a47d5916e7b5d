import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AdjustedBar } from '../../src/domain/bar.js'
import { UserError } from '../../src/domain/errors.js'
import { selectBackend } from '../../src/kernels/backend.js'
import { baselines } from '../../src/model/baselines/baselines.js'
import { defaultTrainingOptions } from '../../src/model/defaults.js'
import type { EpochProgress, TrainingState } from '../../src/model/forecaster.js'
import { predict } from '../../src/model/predict.js'
import { createRandom } from '../../src/model/random.js'
import { train } from '../../src/model/trainer.js'
import { createTrainingPool } from '../../src/model/trainingPool.js'
import { syntheticTable } from './syntheticTable.js'

const options = { ...defaultTrainingOptions, dModel: 8, nLayers: 1, dState: 4, maxEpochs: 6, patience: 6 }
const table = syntheticTable(400)
const request = { table, trainRows: 399, options }
const endless = { ...request, options: { ...options, maxEpochs: 1_000_000, patience: 1_000_000 } }
const pool = createTrainingPool({ threads: 2, backend: 'wasm' })

beforeAll(() => selectBackend('wasm'))
afterAll(() => pool.close())

describe('the training pool', () => {
  test('trains and forecasts to the same bits as this thread', async () => {
    const [there, here] = [await pool.train(request), await train(request)]
    expect({ ...there, seconds: 0 }).toEqual({ ...here, seconds: 0 })
    expect(await pool.predict(there, table, 300)).toEqual(await predict(here, table, 300))
  })

  test('reports every epoch in order before it is done', async () => {
    const seen: EpochProgress[] = []
    await pool.train({ ...request, onEpoch: (progress) => seen.push(progress) })
    expect(seen.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  test('leaves this thread free while it trains', async () => {
    let turns = 0
    const counting = setInterval(() => turns++, 1)
    const longer = { ...options, maxEpochs: 60, patience: 60 }
    const { seconds } = await pool.train({ ...request, options: longer })
    clearInterval(counting)
    expect(turns).toBeGreaterThan(100 * seconds)
  })

  test('ends a running training when its signal is aborted, with the reason given, and works on', async () => {
    const stop = new AbortController()
    const reason = new Error('the server is shutting down')
    const training = pool.train({
      ...endless,
      signal: stop.signal,
      onEpoch: ({ epoch }) => epoch === 2 && stop.abort(reason),
    })
    await expect(training).rejects.toBe(reason)
    expect((await pool.train(request)).epochs).toBeGreaterThanOrEqual(0)
  })

  test('hands over the state of a training that is aborted, from which another thread ends it in the same bits', async () => {
    const whole = { ...request, options: { ...options, maxEpochs: 40, patience: 40 } }
    const stop = new AbortController()
    const states: TrainingState[] = []
    const continuation = { everySeconds: 1e9, keep: (state: TrainingState) => void states.push(state) }
    const onEpoch = ({ epoch }: EpochProgress) => epoch === 5 && stop.abort(new Error('handed back'))
    const stopped = pool.train({ ...whole, continuation, signal: stop.signal, onEpoch })
    await expect(stopped).rejects.toThrow('handed back')
    expect(states[0]!.epoch).toBeGreaterThan(5)
    const resumed = await pool.train({ ...whole, continuation: { ...continuation, from: states[0] } })
    expect({ ...resumed, seconds: 0 }).toEqual({ ...(await train(whole)), seconds: 0 })
  })

  test('lets forty tasks with one signal wait without a warning', async () => {
    const warnings: string[] = []
    const listen = ({ message }: Error) => void warnings.push(message)
    process.on('warning', listen)
    const { signal } = new AbortController()
    await Promise.all(
      Array.from({ length: 40 }, () => pool.train({ ...request, trainRows: 20, signal }).catch(() => {})),
    )
    process.off('warning', listen)
    expect(warnings).toEqual([])
  })

  test('does not start what is aborted before its turn', async () => {
    const stop = new AbortController()
    const busy = [new AbortController(), new AbortController()]
    const running = busy.map(({ signal }) => pool.train({ ...endless, signal }).catch((error: unknown) => error))
    const waiting = pool.train({ ...request, signal: stop.signal })
    stop.abort()
    await expect(waiting).rejects.toThrow('aborted')
    for (const controller of busy) controller.abort()
    expect(await Promise.all(running)).toHaveLength(2)
    await expect(pool.train({ ...request, signal: AbortSignal.abort() })).rejects.toThrow('aborted')
  })

  test('passes on an error that is meant for the user as what it is', async () => {
    const short = pool.train({ ...request, trainRows: 20 })
    await expect(short).rejects.toBeInstanceOf(UserError)
    await expect(short).rejects.toThrow('at least 250 sessions')
  })

  test('says which backend cannot start', async () => {
    const broken = createTrainingPool({ threads: 1, backend: 'tensorflow' })
    await expect(broken.train(request)).rejects.toThrow("backend 'tensorflow' cannot start")
    await broken.close()
  })

  test('rejects what still runs when it is closed', async () => {
    const closing = createTrainingPool({ threads: 1, backend: 'wasm' })
    const { promise: started, resolve: start } = withResolvers<void>()
    const training = closing.train({ ...endless, onEpoch: () => start() })
    const rejected = expect(training).rejects.toThrow()
    await started
    await closing.close()
    await rejected
  })

  test('fits every baseline and forecasts with it from the first row after the training window', async () => {
    const bars = randomBars(400)
    const results = await pool.forecastBaselines(bars, 350)
    expect(results.map(({ name }) => name)).toEqual(baselines.map(({ name }) => name))
    for (const { distributions } of results) expect(distributions).toHaveLength(50)
    const ewma = baselines.find(({ name }) => name === 'ewma')!
    const here = ewma.fit(bars.slice(0, 351)).forecast(bars, 350)
    expect(results.find(({ name }) => name === 'ewma')!.distributions).toEqual(here)
  })
})

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

function randomBars(count: number): AdjustedBar[] {
  const random = createRandom(4)
  const { sessions } = syntheticTable(count)
  let close = 100
  return sessions.map((session) => {
    const open = close
    close *= 1 + 0.02 * (random() - 0.5)
    const [high, low] = [1.001 * Math.max(open, close), 0.999 * Math.min(open, close)]
    const bar = { session, open, high, low, close, volume: 1000, previousClose: null, extras: {} }
    return { ...bar, ratio: 1, ratioSource: 'none' }
  })
}
