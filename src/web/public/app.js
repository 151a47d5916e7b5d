// The one script of the dashboard: fills the places marked data-plot, and says when the server does not answer.
/* global uPlot */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DASHES = { zero: [2, 3], drift: [7, 3], hist: [7, 3, 2, 3], fhs: [4, 3] }
const LABEL_WIDTH = 64

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
const dayOf = (session) =>
  `${Number(session.slice(8))} ${MONTHS[Number(session.slice(5, 7)) - 1]} ${session.slice(0, 4)}`
const percent = (value) => `${value > 0 ? '+' : value < 0 ? '\u2212' : ''}${Math.abs(value).toFixed(2)}\u202f%`
const signed = (text) => String(text).replace('-', '\u2212')
const amount = (value) => value.toFixed(Math.abs(value) >= 10 ? 2 : 4)

const plots = new Map()
const requests = new Map()

/** One request per address, shared by the plots that draw the same data. */
function load(src) {
  if (!requests.has(src)) {
    const request = fetch(src, { headers: { Accept: 'application/json' } }).then((response) => {
      if (!response.ok) throw new Error(`status ${response.status}`)
      return response.json()
    })
    requests.set(src, request)
    request.finally(() => requests.delete(src)).catch(() => {})
  }
  return requests.get(src)
}

async function mount(figure) {
  const { src, plot: kind } = figure.dataset
  const entry = { src }
  plots.set(figure, entry)
  const readout = figure.querySelector('.readout')
  try {
    const data = await load(src)
    if (plots.get(figure) !== entry) return
    entry.chart = { price: pricePlot, returns: returnsPlot, rolling: rollingPlot }[kind](figure, data, readout)
    figure.dataset.drawn = 'true'
  } catch (error) {
    readout.textContent = 'The data of this plot could not be loaded.'
    throw error
  }
}

function unmount(figure) {
  plots.get(figure)?.chart?.destroy()
  delete figure.dataset.drawn
  plots.delete(figure)
}

function mountAll() {
  for (const figure of plots.keys()) if (!figure.isConnected) unmount(figure)
  for (const figure of document.querySelectorAll('[data-plot]'))
    if (plots.get(figure)?.src !== figure.dataset.src) {
      unmount(figure)
      mount(figure)
    }
}

/** Positions and labels of dates on an axis whose unit is one session. */
function dateAxis(sessions) {
  const monthOf = (i) => Number(sessions[i].slice(0, 4)) * 12 + Number(sessions[i].slice(5, 7)) - 1
  return {
    splits: (u, _axis, min, max) => {
      const from = Math.max(0, Math.ceil(min))
      const to = Math.min(sessions.length - 1, Math.floor(max))
      const room = Math.max(2, Math.floor(u.width / LABEL_WIDTH))
      for (const step of [1, 3, 6, 12, 24, 60, 120]) {
        const starts = []
        for (let i = Math.max(1, from); i <= to; i += 1)
          if (monthOf(i) !== monthOf(i - 1) && monthOf(i) % step === 0) starts.push(i)
        if (step === 1 && starts.length < 2) break
        if (starts.length <= room) return starts
      }
      const step = Math.max(1, Math.ceil((to - from + 1) / room))
      return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, k) => from + k * step)
    },
    values: (_u, splits) => {
      const isDaily = splits.length > 1 && splits[1] - splits[0] < 15
      return splits.map((i) => {
        const session = sessions[i]
        if (!session) return ''
        if (isDaily) return `${Number(session.slice(8))} ${MONTHS[Number(session.slice(5, 7)) - 1]}`
        const month = Number(session.slice(5, 7)) - 1
        return month === 0 ? session.slice(0, 4) : MONTHS[month]
      })
    },
  }
}

/** Parts that all plots share: axes, cursor, zoom by dragging, keys, size. */
function chart(figure, sessions, own) {
  const place = figure.querySelector('.canvas')
  const axis = {
    stroke: () => color('muted'),
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
    grid: { stroke: () => color('rule'), width: 1 },
    ticks: { show: false },
  }
  const last = sessions.length - 1
  const pad = own.pad ?? 0
  const u = new uPlot(
    {
      width: place.clientWidth,
      height: place.clientHeight,
      padding: [8, 0, 0, 12],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: true, y: false },
        ...(own.points && { points: own.points }),
        ...(own.sync && { sync: { key: own.sync } }),
      },
      scales: {
        x: { time: false, range: (_u, min, max) => [min - 0.5, max >= last ? last + 0.5 + pad : max + 0.5] },
        y: { range: own.range },
      },
      axes: [
        { ...axis, ...dateAxis(sessions), size: 32 },
        { ...axis, side: 1, size: 62, values: own.values },
      ],
      series: own.series,
      hooks: own.hooks,
    },
    own.data,
    place,
  )
  const observer = new ResizeObserver(() => u.setSize({ width: place.clientWidth, height: place.clientHeight }))
  observer.observe(place)
  place.onkeydown = (event) => onKey(event, u, last, own.sync ? uPlot.sync(own.sync).plots : [u])
  return {
    destroy: () => {
      observer.disconnect()
      u.destroy()
    },
  }
}

/** Arrow keys move the cursor of a plot and of those linked with it; Escape shows everything again. */
function onKey(event, u, last, linked) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (!step && event.key !== 'Escape') return
  event.preventDefault()
  const idx = Math.max(0, Math.min(last, (u.cursor.idx ?? (step > 0 ? -1 : last + 1)) + step))
  for (const plot of linked)
    if (step) plot.setCursor({ left: plot.valToPos(idx, 'x'), top: 8 })
    else plot.setScale('x', { min: 0, max: last })
}

/** The forecasts of a history by the index of the session they spoke of, and where the plots end. */
function arrange({ bars, forecasts, next }) {
  const index = new Map(bars.session.map((session, i) => [session, i]))
  const drawn = forecasts.flatMap((forecast) => {
    const i = index.get(forecast.session)
    return i === undefined ? [] : [{ ...forecast, i }]
  })
  const isNext = next && next.asOf === bars.session.at(-1)
  return {
    drawn,
    at: new Map(drawn.map((forecast) => [forecast.i, forecast])),
    next: isNext ? next : null,
    pad: isNext ? Math.max(1.5, bars.session.length * 0.07) : 0,
    x: bars.session.map((_, i) => i),
  }
}

const isMiss = ({ pct, returnPct }) => returnPct < pct[0] || returnPct > pct[4]

/** Fills each session's 95 % and 80 % interval; neighbours touch without overlapping. */
function drawIntervals(u, drawn, boundsOf) {
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

function drawDots(u, points) {
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

/** Marks where backtest ends and the live record begins. */
function drawLiveStart(u, drawn) {
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
function drawFan(u, next, last, pad) {
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
function drawNext(u, next, last, pad) {
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

/** The values in view, which uPlot has found, with a margin. */
function withMargin(_u, low, high) {
  if (low === null || high === null) return [0, 1]
  const margin = (high - low || Math.abs(high) || 1) * 0.05
  return [low - margin, high + margin]
}

/** A series that is not drawn but keeps its values in view. */
const unseen = { paths: () => null, points: { show: false } }

/** The outer bounds of each session's forecast, and of the next one's beside the last session. */
function outerBounds(x, at, boundsOf, nextBounds) {
  const bounds = x.map((i) => (at.has(i) ? boundsOf(at.get(i)) : []))
  const side = (k, pick) =>
    bounds.map((own, i) => {
      const values = [own[k], i === x.length - 1 ? nextBounds?.[k] : undefined].filter((value) => value !== undefined)
      return values.length > 0 ? pick(...values) : null
    })
  return [side(0, Math.min), side(4, Math.max)]
}

function pricePlot(figure, data, readout) {
  const { drawn, at, next, pad, x } = arrange(data)
  const { session, close } = data.bars
  const last = session.length - 1
  const misses = drawn.filter(isMiss).map(({ i }) => ({ i, value: close[i], name: 'miss', radius: 3, ring: true }))
  const say = (i) => {
    const forecast = at.get(i)
    const words = forecast
      ? `; ${forecast.origin} forecast 80\u202f%: ${amount(forecast.prices[1])} to ${amount(forecast.prices[3])}, 95\u202f%: ${amount(forecast.prices[0])} to ${amount(forecast.prices[4])}`
      : ''
    readout.textContent = `${dayOf(session[i])}: close ${amount(close[i])}${words}`
  }
  say(last)
  return chart(figure, session, {
    sync: data.symbol,
    pad,
    data: [x, close, ...outerBounds(x, at, ({ prices }) => prices, next?.prices)],
    series: [{}, { stroke: () => color('ink'), width: 1.4, points: { show: false } }, unseen, unseen],
    range: withMargin,
    hooks: {
      drawAxes: [(u) => drawIntervals(u, drawn, ({ prices }) => prices), (u) => drawFan(u, next, last, pad)],
      draw: [(u) => drawDots(u, misses), (u) => drawLiveStart(u, drawn)],
      setCursor: [(u) => say(u.cursor.idx ?? last)],
    },
  })
}

function returnsPlot(figure, data, readout) {
  const { drawn, at, next, pad, x } = arrange(data)
  const { session } = data.bars
  const last = session.length - 1
  const returns = x.map((i) => at.get(i)?.returnPct ?? null)
  const small = session.length > 600 ? 1 : 1.8
  const dots = drawn.map((forecast) => ({
    i: forecast.i,
    value: forecast.returnPct,
    ...(isMiss(forecast) ? { name: 'miss', radius: small + 1.2, ring: true } : { name: 'ink', radius: small }),
  }))
  const say = (i) => {
    const forecast = at.get(i)
    readout.textContent = forecast
      ? `${dayOf(session[i])}: return ${percent(forecast.returnPct)}; 80\u202f%: ${percent(forecast.pct[1])} to ${percent(forecast.pct[3])}, 95\u202f%: ${percent(forecast.pct[0])} to ${percent(forecast.pct[4])}`
      : `${dayOf(session[i])}: no forecast spoke of this session`
  }
  say(last)
  return chart(figure, session, {
    sync: data.symbol,
    pad,
    data: [x, returns, ...outerBounds(x, at, ({ pct }) => pct, next?.pct)],
    points: { show: false },
    series: [{}, unseen, unseen, unseen],
    values: (_u, splits) => splits.map((value) => `${signed(value)}\u202f%`),
    range: withMargin,
    hooks: {
      drawAxes: [(u) => drawIntervals(u, drawn, ({ pct }) => pct), (u) => drawNext(u, next, last, pad)],
      draw: [(u) => drawDots(u, dots)],
      setCursor: [(u) => say(u.cursor.idx ?? last)],
    },
  })
}

function rollingPlot(figure, { series, figure: name }, readout) {
  const sessions = [...new Set(series.flatMap((one) => one.sessions))].sort()
  const lines = series.map(({ forecaster, sessions: own, values }) => {
    const bySession = new Map(own.map((session, i) => [session, values[i]]))
    return { forecaster, values: sessions.map((session) => bySession.get(session) ?? null) }
  })
  const nominal = { coverage_80: 0.8, coverage_95: 0.95 }[name]
  const last = sessions.length - 1
  const text = (value) => (value === null ? 'none' : nominal ? `${(value * 100).toFixed(1)}\u202f%` : value.toFixed(4))
  const say = (i) => {
    if (i < 0) return
    readout.textContent = `${dayOf(sessions[i])}: ${lines.map((line) => `${line.forecaster} ${text(line.values[i])}`).join(', ')}`
  }
  say(last)
  return chart(figure, sessions, {
    data: [sessions.map((_, i) => i), ...lines.map((line) => line.values)],
    series: [{}, ...lines.map(lineStyle)],
    values: (_u, splits) =>
      splits.map((value) => (nominal ? `${Math.round(value * 100)}\u202f%` : String(Number(value.toFixed(4))))),
    range: (u, low, high) => withMargin(u, Math.min(low, nominal ?? low), Math.max(high, nominal ?? high)),
    hooks: {
      drawAxes: nominal ? [(u) => drawNominal(u, nominal)] : [],
      setCursor: [(u) => say(u.cursor.idx ?? last)],
    },
  })
}

function lineStyle({ forecaster }) {
  const isModel = forecaster === 'mamba'
  return {
    stroke: () => color(`c-${forecaster}`) || color('muted'),
    width: isModel ? 2.4 : 1.4,
    points: { show: false },
    ...(DASHES[forecaster] && { dash: DASHES[forecaster] }),
  }
}

/** The coverage that the interval promises. */
function drawNominal(u, nominal) {
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

function setOffline(isOffline) {
  document.querySelector('.offline').hidden = !isOffline
}

document.addEventListener('htmx:after:swap', mountAll)
document.addEventListener('htmx:error', () => setOffline(true))
document.addEventListener('htmx:after:request', (event) => setOffline(event.detail.ctx.response.status >= 500))
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const figure of [...plots.keys()]) unmount(figure)
  mountAll()
})
document.fonts.ready.then(mountAll)
