import type { Bar } from '../../domain/bar.js'
import { MARKET_SHOCKS, OWN_SHOCKS, type SampleShare } from './market.js'
import { type RandomDraws, randomDraws } from './randomDraws.js'
import { type SessionShock, STEPS, shockProcess } from './shockProcess.js'

const SESSIONS_A_YEAR = 261
/** Log volume follows log volatility with this slope; Karpoff, J. Financ. Quant. Anal. 22 (1987) 109-126. */
const VOLUME_SLOPE = 0.7
const VOLUME_PERSISTENCE = 0.7
const VOLUME_NOISE = 0.18

/**
 * Simulates the bars of one share over `sessions`, prices in cents, volume in shares.
 *
 *     r = drift + s (rho m + sqrt(1 - rho²) e)      m: market shock, common to all shares; e: the share's own
 *     ln(volume / typical) = slope ln(scale) + x,   x[t] = persistence x[t-1] + noise N(0, 1)
 *
 * with m, e from `shockProcess`; `place` is the share's own place in the market and picks its draws. A session's draws
 * depend on the seed and its number only: more sessions add bars and change none.
 */
export function simulateShare(share: SampleShare, place: number, sessions: readonly string[], seed: number): Bar[] {
  const market = shockProcess(randomDraws(seed, 0), MARKET_SHOCKS)
  const own = shockProcess(randomDraws(seed, 1 + 2 * place), OWN_SHOCKS)
  const volume = volumeProcess(randomDraws(seed, 2 + 2 * place), share)
  let logClose = Math.log(share.startPrice)
  return sessions.map((session) => {
    const shock = blend(market(), own(), share.marketCorrelation)
    const factor = share.split && session >= share.split.session ? share.split.factor : 1
    const prices = pricePath(logClose, shock, share).map((price) => toCents(price / factor))
    logClose += logReturn(share, shock, STEPS)
    return {
      session,
      open: prices[0]!,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices[STEPS]!,
      volume: Math.round(volume(shock.scale) * factor),
      previousClose: null,
      extras: {},
    }
  })
}

function blend(market: SessionShock, own: SessionShock, correlation: number): SessionShock {
  const rest = Math.sqrt(1 - correlation ** 2)
  return {
    scale: Math.hypot(correlation * market.scale, rest * own.scale),
    path: market.path.map((value, j) => correlation * value + rest * own.path[j]!),
  }
}

/** Log return from the previous close to step j. */
function logReturn(share: SampleShare, shock: SessionShock, j: number): number {
  return (share.yearlyDriftPct / SESSIONS_A_YEAR + share.dailyVolatilityPct * shock.path[j]!) / 100
}

const pricePath = (logClose: number, shock: SessionShock, share: SampleShare): number[] =>
  Array.from(shock.path, (_, j) => Math.exp(logClose + logReturn(share, shock, j)))

function volumeProcess(draws: RandomDraws, share: SampleShare): (scale: number) => number {
  let noise = 0
  return (scale) => {
    noise = VOLUME_PERSISTENCE * noise + VOLUME_NOISE * draws.normal()
    return share.typicalVolume * scale ** VOLUME_SLOPE * Math.exp(noise)
  }
}

const toCents = (price: number): number => Math.max(1, Math.round(price * 100)) / 100
