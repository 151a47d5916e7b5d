/** Mulberry32, a small seeded generator: uniform numbers in [0, 1). */
function uniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A plain csv file of `sessions` weekdays from 2020-01-01: a seeded random walk around 100. */
export function randomWalkCsv(sessions: number, seed = 1): string {
  const next = uniform(seed)
  const lines = ['date,open,high,low,close,volume']
  let close = 100
  for (const day = new Date('2020-01-01T00:00:00Z'); lines.length <= sessions; day.setUTCDate(day.getUTCDate() + 1)) {
    if ([0, 6].includes(day.getUTCDay())) continue
    const open = close
    close = open * (1 + 0.02 * (next() + next() + next() - 1.5))
    const high = Math.max(open, close) * (1 + 0.005 * next())
    const low = Math.min(open, close) * (1 - 0.005 * next())
    const prices = [open, high, low, close].map((price) => price.toFixed(4))
    lines.push([day.toISOString().slice(0, 10), ...prices, Math.round(1e6 * (0.5 + next()))].join(','))
  }
  return `${lines.join('\n')}\n`
}
