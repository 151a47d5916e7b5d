import type { AdjustedBar } from '../domain/bar.js'
import { UserError } from '../domain/errors.js'
import { MIN_TRAINING_ROWS } from '../model/defaults.js'

/** The rows of protocol `paper`: train and test window of one ticker. */
export interface PaperData {
  readonly features: number
  /** (L, features) and (L), raw. */
  readonly trainInputs: Float32Array
  readonly trainTargets: Float32Array
  /** (n, features) raw. */
  readonly testInputs: Float32Array
  readonly sessions: string[]
  /** (n) closes of the test rows and of the rows before them. */
  readonly close: number[]
  readonly previousClose: number[]
}

/**
 * The experiment's data as published (Shi 2024; design, model.md): inputs are open, high, low, volume and every extra
 * column, unscaled; the target is the change of THE SAME row as a fraction. Open, high and low of a day thus help to
 * "predict" that day: the leak is part of the protocol.
 *
 * @throws UserError on too few rows, a constant close, or a cell that is missing.
 */
export function paperData(ticker: string, bars: readonly AdjustedBar[], testSize: number): PaperData {
  const names = Object.keys(bars[0]?.extras ?? {})
  const rows = bars.flatMap((bar, t) => rowOf(ticker, names, bar, bars[t - 1]) ?? [])
  const split = rows.length - testSize
  if (split < MIN_TRAINING_ROWS)
    throw new UserError(
      `${ticker}: ${bars.length} sessions are too few: a test window of ${testSize} leaves ${Math.max(split, 0)} to train on, at least ${MIN_TRAINING_ROWS} are needed`,
    )
  if (rows.every((row) => row.close === rows[0]!.close))
    throw new UserError(
      `${ticker}: the closing price is ${rows[0]!.close} in every session, so there is nothing to forecast`,
    )
  const [train, test] = [rows.slice(0, split), rows.slice(split)]
  return {
    features: 4 + names.length,
    trainInputs: Float32Array.from(train.flatMap(({ inputs }) => inputs)),
    trainTargets: Float32Array.from(train, ({ target }) => target),
    testInputs: Float32Array.from(test.flatMap(({ inputs }) => inputs)),
    sessions: test.map(({ session }) => session),
    close: test.map(({ close }) => close),
    previousClose: test.map(({ previous }) => previous),
  }
}

/** Null for the first row of a source that does not quote the close before it. */
function rowOf(ticker: string, names: readonly string[], bar: AdjustedBar, before: AdjustedBar | undefined) {
  const quoted = bar.previousClose
  const base = quoted ?? (before && before.close * bar.ratio)
  if (base === undefined) return null
  const missing = names.find((name) => bar.extras[name] === undefined)
  if (missing)
    throw new UserError(`${ticker}: protocol paper needs every cell, and ${missing} is missing on ${bar.session}`)
  return {
    session: bar.session,
    inputs: [bar.open, bar.high, bar.low, bar.volume, ...names.map((name) => bar.extras[name]!)],
    target: bar.close / base - 1,
    close: bar.close,
    // As published: the close of the row before, also on ex-dividend days. A split that nothing marks is put right.
    previous: before ? (bar.ratioSource === 'detected' ? base : before.close) : base,
  }
}
