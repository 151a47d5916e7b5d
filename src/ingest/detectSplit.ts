import type { Bar } from '../domain/bar.js'

/** What the sessions before tell about an ordinary one: medians over them, on the present price and volume basis. */
export interface Neighbourhood {
  /** Scale of the log return from close to open. */
  readonly gapScale: number
  /** ln(high / low); 0 when unknown. */
  readonly logRange: number
  /** 0 when unknown. */
  readonly volume: number
}

/** [new shares, old shares, share of all splits]. Two of three are 2:1 or 3:2; most others are taken as equal. */
const SPLITS: readonly (readonly [number, number, number])[] = [
  [2, 1, 0.4],
  [3, 2, 0.24],
  [3, 1, 0.03],
  [5, 2, 0.01],
  ...[4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 50, 100].map((n) => [n, 1, 0.01] as const),
  ...[2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100].map((o) => [1, o, 0.01] as const),
]
const SMALLEST_GAP = 0.8 * Math.log(3 / 2)

/** Prior of a split on a given session: one in ten years. */
const SPLIT_RATE = 1 / 2500
/** Prior of an overnight news jump, and the mean size of its log return (Laplace). */
const JUMP_RATE = 1 / 500
const JUMP_SIZE = 0.3
/** Posterior odds from which a gap counts as a split: erasing a true crash is worse than showing a false one. */
const LEAST_ODDS = 20

/**
 * Spread of an ordinary session about its neighbours' median, and what a session looks like that opens with a jump of
 * z gap scales: log range and log volume grow with ln(z / 6) from their mean at six scales. Measured on 23 years of
 * SPY, AAPL and BAC and 15 years of four Shanghai shares: sd 0.44 to 0.51 and 0.36 to 0.50; beyond six scales mean 0.63,
 * sd 0.61 and mean 0.75, sd 0.57, and 1.5 and 3.2 on the one crash of 46 scales. Widened, for seven is few; the growth
 * ends a little beyond that crash, for nothing larger was seen.
 */
const ORDINARY = { range: 0.5, volume: 0.5 }
const JUMP = {
  atScales: 6,
  mostGrowth: 2.5,
  range: { mean: 0.6, slope: 0.4, sd: 0.65 },
  volume: { mean: 0.75, slope: 1, sd: 0.7 },
}

/**
 * The ratio by which a split makes this bar's prices incomparable with the close before, or 1 where there was none.
 *
 * Compares two explanations of the gap x = ln(open / previous close) by Bayes' rule, each with its prior rate:
 * a split of ratio k, after which x - ln k, the range and the volume on the new basis (volume times k) are those of an
 * ordinary session; or news, which leaves a jump that owes nothing to a round ratio, a wide range and a heavy volume.
 * Ordinary gaps are Student-t with 3 degrees of freedom (their 1 % and 99 % quantiles lie at 4.5 scales, as the t's do),
 * the other deviations Student-t with 8, so that no single figure decides alone. A bar without range (locked at a price
 * limit) never counts as a split. `neighbourhood` is asked for large gaps only.
 */
export function detectSplit(bar: Bar, previousClose: number, neighbourhood: () => Neighbourhood): number {
  const gap = Math.log(bar.open / previousClose)
  if (Math.abs(gap) < SMALLEST_GAP || bar.high === bar.low) return 1
  const before = neighbourhood()
  const news = logOfNews(gap, bar, before)
  let best = { ratio: 1, logOdds: Math.log(LEAST_ODDS) }
  for (const [newShares, oldShares, share] of SPLITS) {
    const ratio = oldShares / newShares
    const logOdds = Math.log(SPLIT_RATE * share) + logOfSplit(gap, bar, before, ratio) - news
    if (logOdds > best.logOdds) best = { ratio, logOdds }
  }
  return best.ratio
}

function logOfSplit(gap: number, bar: Bar, before: Neighbourhood, ratio: number): number {
  return (
    Math.log(student3((gap - Math.log(ratio)) / before.gapScale) / before.gapScale) +
    logDensity(rangeDeviation(bar, before), 0, ORDINARY.range) +
    logDensity(volumeDeviation(bar, before, ratio), 0, ORDINARY.volume)
  )
}

function logOfNews(gap: number, bar: Bar, before: Neighbourhood): number {
  const scales = Math.abs(gap) / before.gapScale
  const growth = Math.min(Math.log(Math.max(1, scales / JUMP.atScales)), JUMP.mostGrowth)
  const jump = (JUMP_RATE / (2 * JUMP_SIZE)) * Math.exp(-Math.abs(gap) / JUMP_SIZE)
  const { range, volume } = JUMP
  return (
    Math.log(jump + student3(scales) / before.gapScale) +
    logDensity(rangeDeviation(bar, before), range.mean + range.slope * growth, range.sd) +
    logDensity(volumeDeviation(bar, before, 1), volume.mean + volume.slope * growth, volume.sd)
  )
}

/** Log deviations from the neighbours' median; undefined where either is unknown, which then weighs nothing. */
function rangeDeviation(bar: Bar, before: Neighbourhood): number | undefined {
  return before.logRange > 0 ? Math.log(Math.log(bar.high / bar.low) / before.logRange) : undefined
}

function volumeDeviation(bar: Bar, before: Neighbourhood, ratio: number): number | undefined {
  return before.volume > 0 && bar.volume > 0 ? Math.log((bar.volume * ratio) / before.volume) : undefined
}

function logDensity(value: number | undefined, mean: number, sd: number): number {
  return value === undefined ? 0 : Math.log(student8((value - mean) / sd) / sd)
}

const student3 = (z: number): number => 2 / (Math.PI * Math.sqrt(3) * (1 + (z * z) / 3) ** 2)
const student8 = (z: number): number => 35 / (32 * Math.sqrt(8) * (1 + (z * z) / 8) ** 4.5)
