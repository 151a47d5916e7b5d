// npm run bench [-- --only epoch|lengths|widths|tickers|models|daily|explain|streaming|operations] [--backend wasm|cpu|webgpu|tensorflow] [--json] [--all]
// With another Node: npm exec --package=node@24 -- node bench/bench.mjs --only epoch
// `models` takes [--models 1,8,64,512]; [--software] allows webgpu a software adapter, to see that it runs.
// Prints tables and writes bench/results.json with machine and date. Needs npm run build.
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import ora from 'ora'
import { dailyRow } from './daily.mjs'
import { epochTable, secondsPerEpoch } from './epoch.mjs'
import { explainRow } from './explain.mjs'
import { modelTable } from './models.mjs'
import { operationTable } from './operations.mjs'
import { lengthTable, widthTable } from './sizes.mjs'
import { streamingRow } from './streaming.mjs'
import { tickerTable } from './tickers.mjs'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    backend: { type: 'string' },
    json: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    models: { type: 'string' },
    software: { type: 'boolean', default: false },
  },
})
const all = ['wasm', 'cpu', 'webgpu', 'tensorflow']
const backend = values.backend ?? 'wasm'
const spinner = ora({ stream: process.stderr })
const report = (text) => {
  spinner.text = text
}

const counts = values.models?.split(',').map(Number)
if (counts?.some((count) => !(Number.isInteger(count) && count > 0))) {
  console.error('--models is a list of whole numbers above 0, such as 1,8,64,512')
  process.exit(2)
}

const parts = {
  lengths: () => lengthTable(backend, report), // first: memory only grows
  epoch: () => epochTable(values.backend ? [values.backend] : all, report),
  widths: () => widthTable(backend, report),
  tickers: () => tickerTable(backend, report),
  models: () => modelTable(backend, report, { models: counts, software: values.software }),
  daily: () => dailyRow(backend, report, values.all),
  explain: () => explainRow(backend, report),
  streaming: () => streamingRow(backend, report),
  operations: () => operationTable(backend, report),
}

if (values.only && !(values.only in parts)) {
  console.error(`--only is one of ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

spinner.start()
if (values.only === 'epoch' && values.json) {
  const row = await secondsPerEpoch(backend, (i, n) => report(`epoch ${i} of ${n}`))
  spinner.stop()
  console.log(JSON.stringify(row))
  process.exit(row.reason ? 1 : 0)
}

const results = {
  date: new Date().toISOString(),
  machine: {
    cpu: cpus()[0].model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  },
}
/** Many models one after the other say no more than one: `models` is for backends that take them together. */
const usual = Object.keys(parts).filter((name) => name !== 'models' || ['webgpu', 'tensorflow'].includes(backend))
for (const name of values.only ? [values.only] : usual) {
  results[name] = await parts[name]()
  spinner.stop()
  if (!values.json) show(name, results[name])
  spinner.start()
}
spinner.stop()
if (values.json) console.log(JSON.stringify(results))
else if (!values.only) writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
process.exit(0)

function show(name, result) {
  const [only] = Array.isArray(result) && result.length === 1 ? result : []
  if (only?.reason) return console.log(`${name}: not measured on ${only.backend}: ${only.reason}`)
  console.log(`\n${name}`)
  const tables = ['epoch', 'tickers', 'operations'].includes(name) ? Object.entries(result) : [['', result]]
  for (const [title, table] of tables) {
    if (tables.length > 1) console.log(title)
    console.table(rounded(table))
  }
}

function rounded(table) {
  const round = (value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)
  const rows = Array.isArray(table) ? table : [table]
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, round(value)])))
}
