// Fills the places marked data-plot, again after every swap.
import { pricePlot, returnsPlot, rollingPlot } from './plots.js'

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

document.addEventListener('htmx:after:swap', mountAll)
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const figure of [...plots.keys()]) unmount(figure)
  mountAll()
})
document.fonts.ready.then(mountAll)
