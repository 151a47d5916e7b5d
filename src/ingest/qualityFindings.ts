import type { AdjustedBar } from '../domain/bar.js'

/** Something about a session that a person should look at. */
export interface QualityFinding {
  readonly session: string
  readonly kind: FindingKind
  /** gap: calendar days; jumps: log units; unmarked_split: ratio; stale_price: sessions; zero_volume: 0. */
  readonly value: number
}

export type FindingKind =
  | 'gap'
  | 'zero_volume'
  | 'price_jump'
  | 'volume_jump'
  | 'unmarked_split'
  | 'stale_price'
  | 'missing_session'

/** Steps in log units from one session to the next, after qlib's check_data_health. */
const PRICE_JUMP = 0.5
const VOLUME_JUMP = 3
/** The longest holidays (Chinese New Year, the golden week) close a market for eleven days. */
const GAP_DAYS = 12
/** A close that stays the same this often is a suspended share or a dead feed. */
const STALE_SESSIONS = 5
const DAY_MS = 86_400_000

/** What stands out in `bars`, given the bars `before` them (five are enough). All in session order. */
export function qualityFindings(bars: readonly AdjustedBar[], before: readonly AdjustedBar[] = []): QualityFinding[] {
  const findings: QualityFinding[] = []
  let same = sessionsAlike(before)
  let previous = before.at(-1)
  for (const bar of bars) {
    const { session } = bar
    const note = (kind: FindingKind, value: number) => findings.push({ session, kind, value })
    same = previous && previous.close === bar.close ? same + 1 : 1
    if (same === STALE_SESSIONS) note('stale_price', same)
    if (bar.volume === 0) note('zero_volume', 0)
    if (bar.ratioSource === 'detected') note('unmarked_split', bar.ratio)
    if (previous) compare(previous, bar, note)
    previous = bar
  }
  return findings
}

function compare(previous: AdjustedBar, bar: AdjustedBar, note: (kind: FindingKind, value: number) => void): void {
  const days = Math.round((Date.parse(bar.session) - Date.parse(previous.session)) / DAY_MS)
  if (days > GAP_DAYS) note('gap', days)
  const move = Math.log(bar.close / (previous.close * bar.ratio))
  if (Math.abs(move) > PRICE_JUMP) note('price_jump', move)
  if (bar.volume <= 0 || previous.volume <= 0) return
  const change = Math.log((bar.volume * bar.ratio) / previous.volume)
  if (Math.abs(change) > VOLUME_JUMP) note('volume_jump', change)
}

/** Sessions at the end whose close is the same. */
function sessionsAlike(bars: readonly AdjustedBar[]): number {
  let count = bars.length > 0 ? 1 : 0
  while (count > 0 && count < bars.length && bars.at(-count - 1)!.close === bars.at(-count)!.close) count++
  return count
}
