// What the plots paint on uPlot's canvas beside its own lines.
import { color } from './words.js'

/** Fills each session's 95 % and 80 % interval; neighbours touch without overlapping. */
export function drawIntervals(u, drawn, boundsOf) {
  const { ctx } = u
  const edge = (i) => Math.round(u.valToPos(i - 0.5, 'x', true))
  ctx.save()
  clip(u)
  for (const forecast of drawn) {
    if (forecast.i < u.scales.x.min - 1 || forecast.i > u.scales.x.max + 1) continue
    const left = edge(forecast.i)
    const width = Math.max(
      1,
      edge(forecast.i + 1) - left - (u.bbox.width / (u.scales.x.max - u.scales.x.min) > 8 ? 2 : 0),
    )
    const y = boundsOf(forecast).map((value) => u.valToPos(value, 'y', true))
    const name = forecast.origin === 'live' ? 'live' : 'backtest'
    ctx.fillStyle = color(`${name}-95`)
    ctx.fillRect(left, y[4], width, y[0] - y[4])
    ctx.fillStyle = color(`${name}-80`)
    ctx.fillRect(left, y[3], width, y[1] - y[3])
  }
  ctx.restore()
}

function clip(u) {
  u.ctx.beginPath()
  u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height)
  u.ctx.clip()
}

export function drawDots(u, points) {
  const { ctx } = u
  ctx.save()
  clip(u)
  for (const { i, value, name, radius, ring } of points) {
    ctx.beginPath()
    ctx.arc(u.valToPos(i, 'x', true), u.valToPos(value, 'y', true), radius * devicePixelRatio, 0, 2 * Math.PI)
    ctx.fillStyle = color(name)
    ctx.fill()
    if (ring) {
      ctx.strokeStyle = color('paper')
      ctx.lineWidth = devicePixelRatio
      ctx.stroke()
    }
  }
  ctx.restore()
}

/** Narrower than this in device pixels, a session is a point of the line of closes. */
const FEWEST_PIXELS = 3

/** Whether sessions are wide enough for candles. */
export const hasRoom = (u) => u.bbox.width / (u.scales.x.max - u.scales.x.min) >= FEWEST_PIXELS * devicePixelRatio

/** Candles: hollow where the close lies above the open, filled where below. */
export function drawCandles(u, { open, high, low, close }) {
  if (!hasRoom(u)) return
  const { ctx } = u
  const pixel = Math.max(1, Math.round(devicePixelRatio))
  const step = u.bbox.width / (u.scales.x.max - u.scales.x.min)
  const half = Math.max(pixel, Math.round(Math.min(step * 0.34, 7 * devicePixelRatio)))
  const y = (value) => Math.round(u.valToPos(value, 'y', true))
  const [from, to] = [Math.max(0, Math.floor(u.scales.x.min)), Math.min(close.length - 1, Math.ceil(u.scales.x.max))]
  ctx.save()
  clip(u)
  const [ink, paper] = [color('ink'), color('paper')]
  for (let i = from; i <= to; i += 1) {
    const x = Math.round(u.valToPos(i, 'x', true))
    const [top, bottom] = [y(Math.max(open[i], close[i])), y(Math.min(open[i], close[i]))]
    ctx.fillStyle = ink
    ctx.fillRect(x - Math.floor(pixel / 2), y(high[i]), pixel, Math.max(pixel, y(low[i]) - y(high[i])))
    ctx.fillRect(x - half, top, 2 * half, Math.max(pixel, bottom - top))
    if (close[i] <= open[i] || bottom - top <= 2 * pixel || half <= pixel) continue
    ctx.fillStyle = paper
    ctx.fillRect(x - half + pixel, top + pixel, 2 * (half - pixel), bottom - top - 2 * pixel)
  }
  ctx.restore()
}

/** Marks where backtest ends and the live record begins. */
export function drawLiveStart(u, drawn) {
  const first = drawn.find(({ origin }) => origin === 'live')
  if (!first || first === drawn[0] || first.i < u.scales.x.min) return
  const { ctx } = u
  const x = Math.round(u.valToPos(first.i - 0.5, 'x', true))
  ctx.save()
  ctx.strokeStyle = color('muted')
  ctx.fillStyle = color('muted')
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio])
  ctx.beginPath()
  ctx.moveTo(x, u.bbox.top)
  ctx.lineTo(x, u.bbox.top + u.bbox.height)
  ctx.stroke()
  ctx.font = `${11 * devicePixelRatio}px ${getComputedStyle(document.body).fontFamily}`
  ctx.textAlign = 'right'
  ctx.fillText('backtest', x - 6 * devicePixelRatio, u.bbox.top + 11 * devicePixelRatio)
  ctx.textAlign = 'left'
  ctx.fillText('live', x + 6 * devicePixelRatio, u.bbox.top + 11 * devicePixelRatio)
  ctx.restore()
}

/** Opens the next session's distribution from the last close to the right edge. */
export function drawFan(u, next, last, pad) {
  if (!next || u.scales.x.max < last + 1) return
  const { ctx } = u
  const [x0, x1] = [u.valToPos(last, 'x', true), u.valToPos(last + pad * 0.92, 'x', true)]
  const y0 = u.valToPos(next.lastClose, 'y', true)
  ctx.save()
  clip(u)
  ctx.fillStyle = color('fan')
  for (const k of [0, 1, 2, 3]) {
    ctx.beginPath()
    ctx.moveTo(x0, y0)
    ctx.lineTo(x1, u.valToPos(next.fan[k], 'y', true))
    ctx.lineTo(x1, u.valToPos(next.fan[8 - k], 'y', true))
    ctx.fill()
  }
  ctx.strokeStyle = color('accent')
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.beginPath()
  ctx.moveTo(x0, y0)
  ctx.lineTo(x1, u.valToPos(next.fan[4], 'y', true))
  ctx.stroke()
  ctx.restore()
}

/** The next session's intervals as a block at the right edge, below the fan. */
export function drawNext(u, next, last, pad) {
  if (!next || u.scales.x.max < last + 1) return
  const { ctx } = u
  const [x0, x1] = [last + pad * 0.3, last + pad * 0.92].map((x) => Math.round(u.valToPos(x, 'x', true)))
  const y = next.pct.map((value) => u.valToPos(value, 'y', true))
  ctx.fillStyle = color('live-95')
  ctx.fillRect(x0, y[4], x1 - x0, y[0] - y[4])
  ctx.fillStyle = color('live-80')
  ctx.fillRect(x0, y[3], x1 - x0, y[1] - y[3])
  ctx.fillStyle = color('accent')
  ctx.fillRect(x0, Math.round(y[2]) - 1, x1 - x0, 2)
}

/** The coverage that the interval promises. */
export function drawNominal(u, nominal) {
  const { ctx } = u
  const y = Math.round(u.valToPos(nominal, 'y', true))
  ctx.save()
  ctx.strokeStyle = color('ink')
  ctx.setLineDash([1, 4 * devicePixelRatio])
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.lineCap = 'round'
  ctx.beginPath()
  ctx.moveTo(u.bbox.left, y)
  ctx.lineTo(u.bbox.left + u.bbox.width, y)
  ctx.stroke()
  ctx.restore()
}
