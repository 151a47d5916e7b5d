// npm run bench:ingest [-- --tickers 1000 --sessions 5000]
// Back-fills a market from a local server into a fresh embedded PostgreSQL, then the increment of one session, then the
// same again. Prints seconds and the peak memory of the ingesting process. Needs npm run build.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '../dist/config.js'
import { openDatabase } from '../dist/db/database.js'
import { createProviders } from '../dist/ingest/providers.js'
import { createLogger } from '../dist/log.js'
import { runOnce } from '../dist/scheduler/runOnce.js'

const { values } = parseArgs({
  options: { tickers: { type: 'string', default: '1000' }, sessions: { type: 'string', default: '5000' } },
})
const [count, sessions] = [Number(values.tickers), Number(values.sessions)]

const server = fork(join(import.meta.dirname, 'ingestServer.mjs'), [String(sessions)])
const [port] = await once(server, 'message')
const dataDir = mkdtempSync(join(tmpdir(), 'mambacast-bench-'))
chmodSync(dataDir, 0o755)
const database = await openDatabase({ dataDir })
try {
  const tickers = Array.from({ length: count }, (_, i) => ({
    ...{ symbol: `T${String(i).padStart(4, '0')}`, provider: 'yahoo', fallbacks: [], location: null },
    ...{ exchange: 'XNYS', timezone: 'America/New_York', isSample: false, active: true },
  }))
  console.log(
    `${new Date().toISOString().slice(0, 10)}  node ${process.version}  ${cpus().length} x ${cpus()[0].model}  ${Math.round(totalmem() / 2 ** 30)} GiB`,
  )
  console.log(
    `${count} tickers x ${sessions} sessions, local server, embedded PostgreSQL, no limit of requests per second`,
  )
  await measure('back-fill', tickers, '2026-01-02T12:00:00Z')
  await measure('one more session', tickers, '2026-01-02T22:00:00Z')
  await measure('nothing new', tickers, '2026-01-02T22:30:00Z')
  const [{ bars, size }] = await database.sql`
    select count(*)::int as bars, pg_size_pretty(pg_total_relation_size('bars')) as size from bars`
  console.log(`${bars} bars stored, ${size}`)
  if (bars !== count * (sessions + 1)) throw new Error(`expected ${count * (sessions + 1)} bars`)
} finally {
  await database.close()
  server.disconnect()
  rmSync(dataDir, { recursive: true, force: true })
}

async function measure(name, tickers, now) {
  const providers = createProviders({
    http: { requestsPerSecond: Number.POSITIVE_INFINITY, concurrency: 16 },
    yahoo: { baseUrls: [`http://127.0.0.1:${port}`] },
  })
  const context = {
    ...{ database, providers, config: loadConfig({}), log: createLogger('silent'), clock: () => new Date(now) },
    ...{ pool: undefined, concurrency: 2, codeVersion: 'bench' },
  }
  const start = performance.now()
  const request = { tickers, stages: 'ingest', trigger: 'cli', signal: new AbortController().signal }
  const report = await runOnce(context, request)
  const seconds = (performance.now() - start) / 1000
  const sum = (field) => report.tickers.reduce((total, ticker) => total + ticker[field], 0)
  const failed = report.tickers.filter((ticker) => ticker.error !== null)
  if (failed.length > 0) throw new Error(`${failed.length} tickers failed, first: ${failed[0].error}`)
  const peak = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(
    `${name.padEnd(18)} ${seconds.toFixed(1).padStart(6)} s   ${String(sum('inserted')).padStart(8)} bars added, ${sum('corrected')} corrected   peak memory so far ${peak} MiB`,
  )
}
