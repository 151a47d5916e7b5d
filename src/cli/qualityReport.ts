import type { Db } from '../db/database.js'
import { type FindingRow, findingsOf, staleTickers } from '../db/quality.js'
import { qualityRecord } from '../db/tickerRecord.js'
import { table } from './forecastView.js'

/** What is known of the quality of one ticker's bars. */
export interface QualityView {
  readonly ticker: string
  readonly findings: readonly FindingRow[]
  readonly refused: readonly { source: string; line: number; reason: string }[]
  /** Sessions that others of its exchange have had since its last one. */
  readonly behind: number
}

const SHOWN = 20

/** Reads the reports of these tickers. */
export async function qualityViews(db: Db, symbols: readonly string[]): Promise<QualityView[]> {
  const behind = await staleTickers(db)
  return Promise.all(
    symbols.map(async (ticker) => ({
      ticker,
      findings: await findingsOf(db, ticker),
      refused: (await qualityRecord(db, ticker))?.refused ?? [],
      behind: behind.get(ticker) ?? 0,
    })),
  )
}

/** A report as text: counts, then the newest findings and refused rows. */
export function qualityText({ ticker, findings, refused, behind }: QualityView): string {
  const counts = new Map<string, number>()
  for (const { kind } of findings) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const summary = [...counts].map(([kind, n]) => `${n} ${kind}`)
  if (refused.length > 0) summary.push(`${refused.length} refused`)
  if (behind > 0) summary.push(`${behind} sessions behind its exchange`)
  const rows = findings.slice(-SHOWN).map(({ session, kind, value }) => [`  ${session}`, kind, value.toPrecision(4)])
  return [
    `${ticker}: ${summary.join(', ') || 'nothing to report'}`,
    ...(findings.length > SHOWN ? [`  the newest ${SHOWN} of ${findings.length}:`] : []),
    ...(rows.length > 0 ? table(rows) : []),
    ...refused.slice(0, SHOWN).map(({ source, line, reason }) => `  refused ${source} line ${line}: ${reason}`),
  ].join('\n')
}
