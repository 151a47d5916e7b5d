import { createHash } from 'node:crypto'
import type { AdjustedBar } from '../domain/bar.js'
import { computeFeatures } from '../features/computeFeatures.js'
import type { KnownValues } from '../features/exogenous.js'
import { createRandom } from './random.js'

/** Raise it when the network, its heads or its loss come to mean something else under the same weights. */
const NETWORK = 1
/** More than the longest window of any feature. */
const BARS = 320
/** Digits that count: another machine's mathematics may differ in the last ones. */
const DIGITS = 8

let known: string | undefined

/**
 * What features and network mean to this code, in a few words: `network 1, features 3f9a0c21d4e5`. The second half is a
 * hash of the features of made-up bars, so a feature that changes under its old name changes it without anybody's doing.
 */
export function modelSemantics(): string {
  known ??= `network ${NETWORK}, features ${fingerprint()}`
  return known
}

function fingerprint(): string {
  const bars = madeUpBars()
  const { names, values, scalePct, rangePct } = computeFeatures(bars, { exogenous: [madeUpSeries(bars)] })
  const rounded = [...values, ...scalePct, ...(rangePct ?? [])].map((value) => value.toPrecision(DIGITS))
  return createHash('sha256')
    .update(JSON.stringify([names, rounded]))
    .digest('hex')
    .slice(0, 12)
}

/** A random walk with a split and an extra column, the same every time. */
function madeUpBars(): AdjustedBar[] {
  const random = createRandom(1)
  let close = 100
  return Array.from({ length: BARS }, (_, t) => {
    const ratio = t === 150 ? 0.5 : 1
    const open = close * ratio
    close = open * (1 + 0.04 * (random() - 0.5))
    const [high, low] = [Math.max(open, close) * (1 + 0.01 * random()), Math.min(open, close) * (1 - 0.01 * random())]
    const session = new Date(Date.UTC(2020, 0, 1 + t)).toISOString().slice(0, 10)
    const volume = 1e6 * (0.5 + random())
    return {
      session,
      open,
      high,
      low,
      close,
      volume,
      previousClose: null,
      extras: { x: random() },
      ratio,
      ratioSource: 'none',
    }
  })
}

/** A series that is known from the tenth session on and then every third. */
const madeUpSeries = (bars: readonly AdjustedBar[]): KnownValues => {
  const day = (t: number) => Math.floor(t / 3) * 3
  return {
    name: 'x',
    values: Float64Array.from(bars, (_, t) => (t < 10 ? Number.NaN : bars[day(t)]!.close / 10)),
    dates: bars.map((_, t) => (t < 10 ? null : bars[day(t)]!.session)),
  }
}
