import type { Bar } from '../../src/domain/bar.js'
import { randomDraws } from '../../src/ingest/sample/randomDraws.js'
import { simulateShare } from '../../src/ingest/sample/simulateShare.js'

/** Something that happens before the open of one session of an otherwise ordinary share. */
export interface SimulatedEvent {
  readonly kind: 'split' | 'jump'
  /** New over old share count for a split; price after over price before for a jump. */
  readonly factor: number
}

const SESSIONS = weekdays('2020-01-01', 120)
const EVENT_AT = 90
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2
/** A news day: volume eight times the usual on a halving, in proportion to the jump otherwise; range 2.5 times. */
const NEWS_VOLUME = { median: 8, logSd: 0.6 }
const NEWS_RANGE = { median: 2.5, logSd: 0.4 }
/** Trade picks up a little on the first day of a split. */
const SPLIT_VOLUME = { median: 1.2, logSd: 0.4 }
const JUMP_LOG_SD = 0.03

/** An ordinary share and the draws that shape an event in it. */
export interface SimulatedHistory {
  readonly bars: readonly Bar[]
  /** The session before whose open an event happens. */
  readonly at: string
  /** The bars as they would be had `event` happened. */
  withEvent(event: SimulatedEvent): Bar[]
}

/** One share's history of 120 sessions; over seeds its daily volatility is spread evenly in logs from 0.7 to 5 %. */
export function simulateHistory(seed: number): SimulatedHistory {
  const draws = randomDraws(seed, 20)
  const share = {
    symbol: 'SIMULATED',
    startPrice: 20 * Math.exp(Math.abs(draws.normal())),
    dailyVolatilityPct: 0.7 * (5 / 0.7) ** ((seed * GOLDEN_RATIO) % 1),
    marketCorrelation: 0.5,
    yearlyDriftPct: 5,
    typicalVolume: 1e6,
  }
  const bars = simulateShare(share, 0, SESSIONS, seed)
  const day = {
    jump: Math.exp(JUMP_LOG_SD * draws.normal()),
    newsVolume: NEWS_VOLUME.median * Math.exp(NEWS_VOLUME.logSd * draws.normal()),
    newsRange: NEWS_RANGE.median * Math.exp(NEWS_RANGE.logSd * draws.normal()),
    splitVolume: SPLIT_VOLUME.median * Math.exp(SPLIT_VOLUME.logSd * draws.normal()),
  }
  const withEvent = (event: SimulatedEvent) =>
    bars.map((bar, i) => (i < EVENT_AT ? bar : applyEvent(bar, event, day, i === EVENT_AT)))
  return { bars, at: SESSIONS[EVENT_AT]!, withEvent }
}

interface EventDay {
  readonly jump: number
  readonly newsVolume: number
  readonly newsRange: number
  readonly splitVolume: number
}

function applyEvent(bar: Bar, { kind, factor }: SimulatedEvent, day: EventDay, isFirst: boolean): Bar {
  const scale = kind === 'split' ? 1 / factor : factor * day.jump
  const width = kind === 'jump' && isFirst ? day.newsRange : 1
  const price = (value: number) =>
    Math.max(0.01, Math.round(100 * scale * bar.open * (value / bar.open) ** width) / 100)
  const busy = !isFirst
    ? 1
    : kind === 'split'
      ? day.splitVolume
      : (day.newsVolume * Math.abs(Math.log(factor))) / Math.LN2
  const volume = bar.volume * busy * (kind === 'split' ? factor : 1)
  return { ...bar, open: price(bar.open), high: price(bar.high), low: price(bar.low), close: price(bar.close), volume }
}

function weekdays(first: string, count: number): string[] {
  const days: string[] = []
  for (const day = new Date(`${first}T00:00:00Z`); days.length < count; day.setUTCDate(day.getUTCDate() + 1))
    if (day.getUTCDay() % 6 !== 0) days.push(day.toISOString().slice(0, 10))
  return days
}
