import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import type { AlertPlot } from '../domain/alert.js'
import { intervalOf } from './evaluateCondition.js'

const WIDTH = 480
const HEIGHT = 200
const MARGIN = 12
/** Share of the width for the past; the fan has the rest. */
const PAST = 0.78
const SCALE = 2

let ready: Promise<void> | undefined

/** The plot as PNG, 960 × 400 pixels: closes so far, then the 80 % and 95 % interval of the next one. No text, so no fonts. */
export async function plotImage(plot: AlertPlot): Promise<Buffer> {
  ready ??= readFile(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')).then((wasm) =>
    initWasm(wasm),
  )
  await ready
  const renderer = new Resvg(plotSvg(plot), { fitTo: { mode: 'zoom', value: SCALE } })
  const image = renderer.render()
  try {
    return Buffer.from(image.asPng())
  } finally {
    image.free()
    renderer.free()
  }
}

/** The same picture as SVG. */
export function plotSvg({ closes, quantiles }: AlertPlot): string {
  const last = closes.at(-1)!
  const bounds = [intervalOf(quantiles, 95), intervalOf(quantiles, 80)].map((pair) =>
    pair.map((pct) => last * (1 + pct / 100)),
  )
  const all = [...closes, ...bounds.flat()]
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const y = (price: number) => round(HEIGHT - MARGIN - ((price - low) / (high - low || 1)) * (HEIGHT - 2 * MARGIN))
  const x = (i: number) => round(MARGIN + (i / Math.max(1, closes.length - 1)) * (WIDTH * PAST - MARGIN))
  const end = WIDTH - MARGIN
  const start = x(Math.max(1, closes.length - 1))
  const fan = ([lower, upper]: number[], fill: string) =>
    `<path d="M${start} ${y(last)} L${end} ${y(upper!)} V${y(lower!)} Z" fill="${fill}"/>`
  const median = y(last * (1 + quantiles[(quantiles.length - 1) / 2]! / 100))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<line x1="${MARGIN}" x2="${end}" y1="${y(last)}" y2="${y(last)}" stroke="#c9ced6" stroke-dasharray="3 4"/>`,
    fan(bounds[0]!, '#cfe3f7'),
    fan(bounds[1]!, '#8fbce6'),
    `<line x1="${start}" y1="${y(last)}" x2="${end}" y2="${median}" stroke="#14508c" stroke-width="1.5"/>`,
    `<polyline points="${closes.map((close, i) => `${x(i)},${y(close)}`).join(' ')}" fill="none" stroke="#1f2733" stroke-width="1.5"/>`,
    '</svg>',
  ].join('')
}

const round = (value: number): number => Math.round(value * 100) / 100
