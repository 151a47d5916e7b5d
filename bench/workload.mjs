import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** The shares of the paper, where the checkout beside this one has them. */
export const csvPath = resolve(import.meta.dirname, '../../shared/data/601988.SH.csv')

const dropped = new Set(['ts_code', 'trade_date', 'close', 'pre_close', 'change', 'pct_chg'])
const heldOut = 300

/**
 * The paper's training rows of 601988.SH, as the PyTorch reference reads them: 3,381 rows of 15 normalised features and the
 * day's change as a fraction. Where the file is missing: noise of the same shape, and `source` says so.
 */
export function paperWorkload() {
  if (!existsSync(csvPath)) return { ...noise(3381, 15), source: 'noise of the same shape' }
  const [header, ...lines] = readFileSync(csvPath, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','))
  const rows = lines.slice(0, -heldOut)
  const columns = header.flatMap((name, i) => (dropped.has(name.trim()) ? [] : [i]))
  const target = header.findIndex((name) => name.trim() === 'pct_chg')
  return {
    x: normalised(rows.map((row) => columns.map((column) => Number(row[column])))),
    y: Float32Array.from(rows, (row) => Number(row[target]) / 100),
    rows: rows.length,
    features: columns.length,
    source: '601988.SH',
  }
}

function normalised(table) {
  const [rows, features] = [table.length, table[0].length]
  const out = new Float32Array(rows * features)
  for (let f = 0; f < features; f++) {
    const mean = table.reduce((sum, row) => sum + row[f], 0) / rows
    const deviation = Math.sqrt(table.reduce((sum, row) => sum + (row[f] - mean) ** 2, 0) / (rows - 1))
    table.forEach((row, t) => {
      out[t * features + f] = (row[f] - mean) / (deviation + 1e-9)
    })
  }
  return out
}

/** Seeded noise (mulberry32) of `rows` rows. */
export function noise(rows, features) {
  let state = 1
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1
  }
  const x = Float32Array.from({ length: rows * features }, next)
  return { x, y: Float32Array.from({ length: rows }, () => next() / 50), rows, features }
}
