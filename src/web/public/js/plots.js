// The three plots of a ticker's page, each from the JSON of its address.
/* global uPlot */
import { chart, withMargin } from './chart.js'
import {
  drawCandles,
  drawDots,
  drawFan,
  drawIntervals,
  drawLiveStart,
  drawNext,
  drawNominal,
  hasRoom,
} from './paint.js'
import { amount, color, dayOf, percent, short, signed } from './words.js'

const DASHES = { zero: [2, 3], drift: [7, 3], hist: [7, 3, 2, 3], fhs: [4, 3] }

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

/** Volume takes the lowest part of the plot. */
const VOLUME_ROOM = 6

const volumeBars = {
  scale: 'volume',
  paths: (...drawn) => uPlot.paths.bars({ size: [0.7, 12] })(...drawn),
  fill: () => color('rule-strong'),
  stroke: () => color('rule-strong'),
  width: 0,
  points: { show: false },
}

/** Seen where there is no room for candles. */
const closeLine = {
  stroke: () => color('ink'),
  width: 1.4,
  points: { show: false },
  paths: (u, ...drawn) => (hasRoom(u) ? null : uPlot.paths.linear()(u, ...drawn)),
}

export function pricePlot(figure, data, readout) {
  const { drawn, at, next, pad, x } = arrange(data)
  const { session, open, high, low, close, volume } = data.bars
  const last = session.length - 1
  const misses = drawn.filter(isMiss).map(({ i }) => ({ i, value: close[i], name: 'miss', radius: 3, ring: true }))
  const say = (i) => {
    const forecast = at.get(i)
    const words = forecast
      ? `; ${forecast.origin} forecast 80\u202f%: ${amount(forecast.prices[1])} to ${amount(forecast.prices[3])}, 95\u202f%: ${amount(forecast.prices[0])} to ${amount(forecast.prices[4])}`
      : ''
    const prices = `close ${amount(close[i])}, open ${amount(open[i])}, high ${amount(high[i])}, low ${amount(low[i])}`
    readout.textContent = `${dayOf(session[i])}: ${prices}, volume ${short(volume[i])}${words}`
  }
  say(last)
  return chart(figure, session, {
    sync: data.symbol,
    pad,
    data: [x, volume, close, high, low, ...outerBounds(x, at, ({ prices }) => prices, next?.prices)],
    series: [{}, volumeBars, closeLine, unseen, unseen, unseen, unseen],
    scales: { volume: { range: (_u, _low, high) => [0, (high || 1) * VOLUME_ROOM] } },
    range: withMargin,
    hooks: {
      drawAxes: [(u) => drawIntervals(u, drawn, ({ prices }) => prices), (u) => drawFan(u, next, last, pad)],
      draw: [(u) => drawCandles(u, data.bars), (u) => drawDots(u, misses), (u) => drawLiveStart(u, drawn)],
      setCursor: [(u) => say(u.cursor.idx ?? last)],
    },
  })
}

export function returnsPlot(figure, data, readout) {
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

export function rollingPlot(figure, { series, figure: name }, readout) {
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
