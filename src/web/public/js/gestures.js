// Keys, wheel and fingers: they move the cursor of a plot, and what it and those linked with it show.

const FEWEST_SESSIONS = 5
const ZOOM = 1.4

/** The sessions in view, first and last. */
const viewOf = (u, last) => [Math.max(0, u.scales.x.min + 0.5), Math.min(last, u.scales.x.max - 0.5)]

/** Shows sessions `from` to `to`, no fewer than a few and none that are not there. */
function show(plots, last, from, to) {
  const width = Math.min(last, Math.max(FEWEST_SESSIONS, to - from))
  const min = Math.max(0, Math.min(last - width, from))
  for (const plot of plots) plot.setScale('x', { min, max: min + width })
}

function zoom(u, plots, last, factor, around) {
  const [from, to] = viewOf(u, last)
  const center = around ?? (from + to) / 2
  show(plots, last, center - (center - from) / factor, center + (to - center) / factor)
}

function pan(u, plots, last, sessions) {
  const [from, to] = viewOf(u, last)
  const shift = Math.max(-from, Math.min(last - to, sessions))
  show(plots, last, from + shift, to + shift)
}

const sessionAt = (u, event) => u.posToVal(event.clientX - u.over.getBoundingClientRect().left, 'x')
const sessionsPerPixel = (u) => (u.scales.x.max - u.scales.x.min) / u.over.clientWidth

/** Adds keys, wheel and fingers to a plot whose sessions go from 0 to `last`; `linked` tells those that move with it. */
export function listenTo(place, u, last, linked) {
  place.onkeydown = (event) => onKey(event, u, last, linked())
  place.onwheel = (event) => {
    const isZoom = event.ctrlKey || event.metaKey
    if (!isZoom && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return
    event.preventDefault()
    if (isZoom) zoom(u, linked(), last, ZOOM ** (-event.deltaY / 100), sessionAt(u, event))
    else pan(u, linked(), last, event.deltaX * sessionsPerPixel(u))
  }
  dragWithShift(u, last, linked)
  followFingers(u, last, linked)
}

/** Plain arrows read out, with Shift they pan; + and - zoom, Home and End jump, Escape shows everything. */
function onKey(event, u, last, plots) {
  const { key, shiftKey } = event
  const [from, to] = viewOf(u, last)
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key]
  const at = u.cursor.idx
  const place = (idx) => {
    const next = Math.max(0, Math.min(last, idx))
    if (next < from) pan(u, plots, last, next - from)
    if (next > to) pan(u, plots, last, next - to)
    for (const plot of plots) plot.setCursor({ left: plot.valToPos(next, 'x'), top: 8 })
  }
  if (step && shiftKey) pan(u, plots, last, (step * (to - from)) / 4)
  else if (step) place((at ?? (step > 0 ? -1 : last + 1)) + step)
  else if (key === 'Home') place(0)
  else if (key === 'End') place(last)
  else if (key === '+' || key === '=' || key === '-') {
    zoom(u, plots, last, key === '-' ? 1 / ZOOM : ZOOM, at)
    if (at !== null && at !== undefined) place(at)
  } else if (key === 'Escape') show(plots, last, 0, last)
  else return
  event.preventDefault()
}

/** A drag with Shift pans; without, it selects what uPlot zooms to. */
function dragWithShift(u, last, linked) {
  u.over.addEventListener(
    'mousedown',
    (event) => {
      if (!event.shiftKey || event.button !== 0) return
      event.preventDefault()
      event.stopImmediatePropagation()
      let x = event.clientX
      const move = ({ clientX }) => {
        pan(u, linked(), last, (x - clientX) * sessionsPerPixel(u))
        x = clientX
      }
      document.addEventListener('mousemove', move)
      document.addEventListener('mouseup', () => document.removeEventListener('mousemove', move), { once: true })
    },
    { capture: true },
  )
}

/** One finger reads out, and pans what is zoomed; two zoom. Up and down still scrolls the page. */
function followFingers(u, last, linked) {
  const fingers = new Map()
  const spread = () => Math.abs([...fingers.values()].reduce((a, b) => a - b))
  u.over.style.touchAction = 'pan-y'
  u.over.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch') fingers.set(event.pointerId, event.clientX)
  })
  u.over.addEventListener('pointermove', (event) => {
    if (!fingers.has(event.pointerId)) return
    const [x, before] = [fingers.get(event.pointerId), fingers.size === 2 ? spread() : 0]
    fingers.set(event.pointerId, event.clientX)
    if (fingers.size === 2) zoom(u, linked(), last, Math.max(20, spread()) / Math.max(20, before), sessionAt(u, event))
    else pan(u, linked(), last, (x - event.clientX) * sessionsPerPixel(u))
    const { left } = u.over.getBoundingClientRect()
    for (const plot of linked()) plot.setCursor({ left: event.clientX - left, top: 8 })
  })
  for (const name of ['pointerup', 'pointercancel'])
    u.over.addEventListener(name, (event) => fingers.delete(event.pointerId))
}
