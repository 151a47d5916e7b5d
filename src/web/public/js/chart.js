// The parts that all plots share. The one place that makes a uPlot.
/* global uPlot */
import { listenTo } from './gestures.js'
import { color, MONTHS } from './words.js'

const LABEL_WIDTH = 64

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

/** Parts that all plots share: axes, cursor, zoom by dragging, gestures, size. */
export function chart(figure, sessions, own) {
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
        ...own.scales,
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
  listenTo(place, u, last, () => (own.sync ? uPlot.sync(own.sync).plots : [u]))
  return {
    destroy: () => {
      observer.disconnect()
      u.destroy()
    },
  }
}

/** The values in view, which uPlot has found, with a margin. */
export function withMargin(_u, low, high) {
  if (low === null || high === null) return [0, 1]
  const margin = (high - low || Math.abs(high) || 1) * 0.05
  return [low - margin, high + margin]
}
